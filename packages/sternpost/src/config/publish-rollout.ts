import * as z from 'zod'
import { duration } from './values.ts'

const count = (what: string, usual: number, most: number) =>
  z
    .int({ error: () => 'needs a whole number' })
    .min(0)
    .max(most)
    .default(usual)
    .describe(what)

/** Sub-section `publish.rollout`: when a policy may be enforced, and how often that is looked at. */
export const publishRollout = z
  .strictObject({
    autoAdvance: z
      .boolean()
      .default(false)
      .describe(
        'Whether a domain is enforced by itself as soon as every criterion below is met. Otherwise a person says so: `sternpost rollout advance DOMAIN`.',
      ),
    minDays: count(
      'Days in mode testing before a policy may be enforced; no unexplained failure may stand in the last so many days.',
      14,
      365,
    ),
    minSessions: count('Sessions that trusted TLS reports must tell of since testing began.', 100, 1e9),
    minReporters: count('Different organizations that must have sent trusted reports.', 3, 1000),
    minCertificateDays: count(
      'Certificates of policy host and MX hosts must be good for more days than this.',
      21,
      365,
    ),
    minAvailabilityPercent: z
      .number({ error: () => 'needs a number from 0 to 100' })
      .min(0)
      .max(100)
      .default(99)
      .describe('Share of our own fetches of the policy that must have succeeded.'),
    lookEvery: duration({ min: '1m', max: '7d' })
      .prefault('6h')
      .describe(
        'How often each domain is looked at: MX records, one fetch of its policy, and the criteria. A changed MX host is noticed this late at the most.',
      ),
    checkEvery: duration({ min: '10m', max: '30d' })
      .prefault('24h')
      .describe('How often the MX hosts of a domain in mode testing are checked, with a connection to each.'),
  })
  .transform(({ lookEvery, checkEvery, ...rest }) => ({
    ...rest,
    lookEverySeconds: lookEvery,
    checkEverySeconds: checkEvery,
  }))
  .describe('From mode testing to mode enforce, on evidence.')
