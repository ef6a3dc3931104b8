import type { Config } from '../config/index.ts'

/** Whether the configuration has anything of publishing run in the daemon; without it nothing of that room is loaded. */
export function wantsPublish({ publish: { policyHost } }: Config): boolean {
  return [policyHost.listen, policyHost.http, policyHost.plainHttp].some(places => places.length > 0)
}
