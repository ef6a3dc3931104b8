import * as z from 'zod'
import {
  gateCriteria,
  mostOfCriterion,
  mxChangeStepKinds,
  publicationPurposes,
  publicationStepKinds,
  rolloutEvents,
  rolloutStages,
} from '../../publish/index.ts'
import { defineContract } from '../endpoint.ts'
import { domainPath, moment, policyMode, rolloutStage } from './domain-schemas.ts'

const override = z.object({
  reason: z.string(),
  unknown: z.array(z.string()),
  unmet: z.array(z.string()),
})

const rollout = z.object({
  domain: z.string(),
  stage: rolloutStage,
  stageSince: moment,
  heldFrom: rolloutStage.nullable().describe('What a hold interrupted.'),
  testingSince: moment.nullable(),
  enforcedSince: moment.nullable(),
  isExiting: z.boolean().describe('On the way to a safe removal.'),
  autoAdvance: z.boolean(),
  alarm: z.object({ message: z.string(), since: moment }).nullable(),
  served: z
    .object({
      policyId: z.string(),
      mode: policyMode,
      maxAgeSeconds: z.int(),
      mxHostPatterns: z.array(z.string()),
    })
    .nullable()
    .describe('What senders get now.'),
  wantedMxHostPatterns: z
    .array(z.string())
    .nullable()
    .describe('What the owner wants; null where the domain is not published any more.'),
  gate: z
    .object({
      at: moment,
      isOpen: z.boolean(),
      criteria: z.array(
        z.object({
          name: z.enum(gateCriteria),
          state: z.enum(['met', 'unmet', 'unknown']),
          value: z.string(),
          wanted: z.string(),
          missing: z.string().nullable(),
        }),
      ),
    })
    .nullable()
    .describe('Whether the evidence allows mode enforce; null where nothing is to be judged.'),
  publication: z
    .object({
      publicationId: z.int(),
      purpose: z.enum(publicationPurposes),
      mode: policyMode,
      policyId: z.string(),
      requestedAt: moment,
      state: z.enum(['running', 'done', 'abandoned']),
      requestedBy: z.string(),
      reason: z.string(),
      override: override.nullable(),
      nextTryAt: moment.nullable(),
      steps: z.array(
        z.object({
          kind: z.enum(publicationStepKinds),
          state: z.enum(['waiting', 'begun', 'done']),
          attempts: z.int(),
          doneAt: moment.nullable(),
          note: z.string().nullable(),
        }),
      ),
    })
    .nullable()
    .describe('A policy on its way to the world.'),
  caches: z.object({
    enforceForgottenAt: moment
      .nullable()
      .describe('When the last policy in mode enforce is forgotten if nothing of it is served from now on.'),
    text: z.string().describe('The same in words.'),
    policies: z
      .array(z.object({ policyId: z.string(), mode: policyMode, isServed: z.boolean(), heldUntil: moment }))
      .describe('Each that some sender may hold, those held the longest first.'),
  }),
  next: z.string().describe('What comes next, and who does it.'),
  daemonRuns: z.boolean().describe('Whether a daemon executes publications.'),
  history: z
    .array(
      z.object({
        at: moment,
        from: rolloutStage,
        to: rolloutStage,
        kind: z.enum(rolloutEvents),
        by: z.string(),
        reason: z.string(),
        override: override.nullable(),
      }),
    )
    .describe('The newest first, at most 100.'),
})

const reason = z.string().trim().max(500).optional()

const plan = z.object({
  domain: z.string(),
  currentMx: z.array(z.string()).describe('As DNS has it now.'),
  newMx: z.array(z.string()),
  isSafeNow: z.boolean().describe('No sender would refuse a new MX host if the records changed now.'),
  moveAt: moment.describe('When the MX records may change, if the first step is done now.'),
  breaks: z
    .array(
      z.object({
        policyId: z.string(),
        mode: policyMode,
        mxHost: z.string(),
        isServed: z.boolean(),
        heldUntil: moment,
        effect: z
          .enum(['refused', 'reported'])
          .describe('`reported`: it is delivered to, and reported as a failure.'),
      }),
    )
    .describe('What would go wrong if the MX records changed now; the longest first.'),
  steps: z.array(
    z.object({ kind: z.enum(mxChangeStepKinds), at: moment.describe('Not before.'), text: z.string() }),
  ),
  widenedPolicy: z.string(),
  narrowedPolicy: z.string(),
})

const criterion = (name: keyof typeof mostOfCriterion) => z.int().min(0).max(mostOfCriterion[name])
const criteria = {
  minDays: criterion('minDays').describe('Days in mode testing.'),
  minSessions: criterion('minSessions').describe('Sessions in trusted reports.'),
  minReporters: criterion('minReporters').describe('Organizations that reported.'),
}
const ownCriteria = z.object({
  domain: z.string(),
  settings: z
    .object({
      minDays: criteria.minDays.optional(),
      minSessions: criteria.minSessions.optional(),
      minReporters: criteria.minReporters.optional(),
    })
    .describe('Only those that differ from the configuration.'),
  autoAdvance: z
    .boolean()
    .nullable()
    .describe('Whether it is enforced by itself; null: as the configuration says.'),
})

/** How a domain comes from nothing to mode enforce, and back. */
export const rolloutContract = defineContract({
  'GET /domains/:domain/rollout': {
    summary: 'Where a roll-out stands, what is missing, what comes next',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    response: rollout,
    issues: ['api/not-found', 'api/unavailable'],
  },
  'POST /domains/:domain/rollout': {
    summary: 'Advance, hold, roll back or leave',
    description:
      'Enforces only where every criterion is met when looked at now, unless `override` gives the reason to go on all the same.',
    access: { role: 'operator', domains: 'path', scope: 'domains:write' },
    params: domainPath,
    body: z.discriminatedUnion('order', [
      z.strictObject({
        order: z.literal('advance'),
        reason,
        override: z.string().trim().min(1).max(500).optional().describe('Why the evidence does not count.'),
      }),
      z.strictObject({ order: z.literal('hold'), reason }),
      z.strictObject({ order: z.literal('rollback'), to: z.enum(['testing', 'none']), reason }),
      z.strictObject({ order: z.literal('exit'), reason }),
      z.strictObject({
        order: z
          .literal('continue')
          .describe('Try the step that waits again now, such as after a record was set by hand.'),
      }),
    ]),
    response: z.object({ note: z.string().describe('What happens now.'), rollout }),
    issues: ['api/not-found', 'api/conflict', 'api/unavailable'],
  },
  'GET /rollouts': {
    summary: 'All roll-outs by name, and how many are at which stage',
    access: { role: 'viewer', domains: 'filtered', scope: 'domains:read' },
    query: z.object({
      stage: z.enum(rolloutStages).optional(),
      alarms: z
        .enum(['true', 'false'])
        .default('false')
        .transform(text => text === 'true')
        .describe('Only those with an alarm.'),
      after: z.string().max(253).optional().describe('Goes on after this domain.'),
      limit: z.coerce.number().int().min(1).max(1_000).default(50),
    }),
    response: z.object({
      domains: z.array(rollout.pick({ domain: true, stage: true, stageSince: true, alarm: true })),
      byStage: z.record(z.string(), z.int()).describe('How many domains, by stage; of all there are.'),
      alarms: z.int().describe('Open ones, of all; counted up to 500.'),
      next: z.string().nullable().describe('`after` of the next page.'),
      daemonRuns: z.boolean(),
    }),
    issues: ['api/unavailable'],
  },
  'POST /domains/:domain/rollout/judge': {
    summary: 'Judge the gate now: with a look at MX records, MX hosts, policy host and reports',
    description: 'Where the domain is not tested nothing is judged, and the answer is that of the roll-out.',
    access: { role: 'operator', domains: 'path', scope: 'domains:write' },
    params: domainPath,
    response: rollout,
    issues: ['api/not-found', 'api/unavailable'],
  },
  'POST /domains/:domain/rollout/plan': {
    summary: 'What a change of MX hosts breaks, and the order and dates that break nothing',
    description: 'Changes nothing; DNS is asked where mail goes today.',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    body: z.strictObject({
      mx: z.array(z.string().min(1).max(300)).min(1).max(100).describe('All MX hosts as they shall be.'),
    }),
    response: plan,
    issues: ['api/not-found', 'api/unavailable', 'api/unprocessable'],
  },
  'GET /domains/:domain/rollout/criteria': {
    summary: 'Criteria of one domain that differ from the configuration',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    response: ownCriteria.extend({
      configured: z.object({ ...criteria, autoAdvance: z.boolean() }).describe('What holds otherwise.'),
    }),
    issues: ['api/not-found', 'api/unavailable'],
  },
  'PATCH /domains/:domain/rollout/criteria': {
    summary: 'Change criteria of one domain, and whether it is enforced by itself',
    description: 'What is left out stays; null goes back to the configuration.',
    access: { role: 'operator', domains: 'path', scope: 'domains:write' },
    params: domainPath,
    body: z.strictObject({
      minDays: criteria.minDays.nullish(),
      minSessions: criteria.minSessions.nullish(),
      minReporters: criteria.minReporters.nullish(),
      autoAdvance: z.boolean().nullish(),
    }),
    response: ownCriteria,
    issues: ['api/not-found', 'api/unavailable'],
  },
})
