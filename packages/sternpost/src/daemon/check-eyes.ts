import type { CheckEyes } from '../check/index.ts'
import type { Config } from '../config/index.ts'
import { nameOfMachine } from './name-of-machine.ts'
import { createDns, policyFetchOptions } from './outside.ts'

/** Makes the eyes of checks as the configuration says; an observation of a host holds for `reuseSeconds`. */
export async function createEyes(
  config: Config,
  now: () => number,
  reuseSeconds: number,
): Promise<CheckEyes> {
  // Loaded when it is wanted, so that Postfix does not wait for it.
  const { createCheckEyes } = await import('../check/index.ts')
  const { smtpPort, allowAddresses, controlHosts, heloName } = config.check
  return createCheckEyes({
    dns: createDns(config, now),
    policyHosts: policyFetchOptions(config),
    heloName: heloName ?? nameOfMachine(),
    smtpPort,
    allowAddresses,
    controlHosts,
    reuseSeconds,
    now,
    random: Math.random,
  })
}
