import type { Config } from '../config/index.ts'
import type { Store } from '../store/index.ts'

/** Whether the configuration has anything of publishing run in the daemon; without it that begins with the first domain. */
export function wantsPublish({ publish: { policyHost, dns } }: Config): boolean {
  const places = [policyHost.listen, policyHost.http, policyHost.plainHttp, dns.writers]
  return places.some(entries => entries.length > 0)
}

/** Whether any domain is published: its roll-out needs a daemon, also where other web servers give out policies. */
export async function publishesDomains(store: Store): Promise<boolean> {
  const row = await store.read(db =>
    db.selectFrom('published_domains').select('domain').limit(1).executeTakeFirst(),
  )
  return row !== undefined
}
