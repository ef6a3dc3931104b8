import type { CheckDomain, CheckOptions, CheckResult } from '../check/index.ts'
import type { Config } from '../config/index.ts'

/** What a command checks with. */
export interface CheckRoom {
  check(domain: Parameters<CheckDomain>[0], options: CheckOptions): Promise<CheckResult>
  close(): Promise<void>
}

export async function openCheckRoom(
  _config: Config,
  _options: { readonly reuseSeconds?: number } = {},
): Promise<CheckRoom> {
  throw new Error('not yet')
}
