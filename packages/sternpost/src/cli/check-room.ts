import type { DomainName } from '@sternpost/protocol'
import { type CheckOptions, type CheckResult, checkDomain } from '../check/index.ts'
import type { Config } from '../config/index.ts'

/** What commands check with. */
export interface CheckRoom {
  check(domain: DomainName, options: CheckOptions): Promise<CheckResult>
  close(): void
}

/** Long enough for the domains of one command line. */
const REUSE_SECONDS = 600

/** Makes the eyes of checks as the configuration says. */
export async function openCheckRoom(
  config: Config,
  options: { readonly reuseSeconds?: number } = {},
): Promise<CheckRoom> {
  const [{ createSteadyClock }, { createEyes }] = await Promise.all([
    import('../base/index.ts'),
    import('../daemon/index.ts'),
  ])
  const eyes = await createEyes(config, createSteadyClock().now, options.reuseSeconds ?? REUSE_SECONDS)
  return {
    check: (domain, checkOptions) => checkDomain(domain, eyes, checkOptions),
    close: () => eyes.close(),
  }
}
