import * as z from 'zod'
import {
  gateCriteria,
  publicationPurposes,
  publicationStepKinds,
  rolloutEvents,
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

const minDays = z.int().min(0).max(365)
const minSessions = z.int().min(0).max(1_000_000_000)
const minReporters = z.int().min(0).max(1000)

const ownSettings = z.object({
  domain: z.string(),
  settings: z
    .object({ minDays, minSessions, minReporters })
    .partial()
    .describe('The criteria that differ; one that is absent is as configured.'),
  autoAdvance: z
    .boolean()
    .nullable()
    .describe('Whether it is enforced by itself; null where the configuration decides.'),
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
  'GET /domains/:domain/rollout/settings': {
    summary: 'What differs for this domain from the configured criteria',
    access: { role: 'viewer', domains: 'path', scope: 'domains:read' },
    params: domainPath,
    response: ownSettings,
    issues: ['api/not-found', 'api/unavailable'],
  },
  'PATCH /domains/:domain/rollout/settings': {
    summary: 'Change the criteria of this domain, and whether it is enforced by itself',
    description: 'What is absent stays; null gives a value back to the configuration.',
    access: { role: 'operator', domains: 'path', scope: 'domains:write' },
    params: domainPath,
    body: z.strictObject({
      minDays: minDays.nullable().optional().describe('Days in mode testing.'),
      minSessions: minSessions.nullable().optional().describe('Sessions in trusted reports.'),
      minReporters: minReporters.nullable().optional().describe('Organizations that reported.'),
      autoAdvance: z.boolean().nullable().optional(),
      defaults: z.boolean().optional().describe('First gives every value back to the configuration.'),
    }),
    response: ownSettings,
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
})
