// Fills a state folder with published domains d<n>.test, and a folder with certificates of the first of them.
// Run: fill-publish.ts DATA_DIR DOMAINS CERTIFICATE_DIR CERTIFICATES
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCertificateAuthority } from '@sternpost/lab'
import type { DomainName } from '@sternpost/protocol'
import { createSteadyClock } from '../packages/sternpost/src/base/index.ts'
import { PublishStore } from '../packages/sternpost/src/publish/index.ts'
import { Store } from '../packages/sternpost/src/store/index.ts'

const [dataDir = '', domains = '0', certificateDir = '', certificates = '0'] = process.argv.slice(2)
const BATCH = 1_000
const DAY_MS = 86_400_000

const clock = createSteadyClock()
const store = new Store({ dataDir, clock, onNotice: () => {} })
await store.open()
const publish = new PublishStore(store, clock)
for (let from = 0; from < Number(domains); from += BATCH) {
  const count = Math.min(BATCH, Number(domains) - from)
  await publish.addServed(
    Array.from({ length: count }, (_, index) => {
      const domain = `d${from + index}.test` as DomainName
      const host = (label: string) => ({ wildcard: false, name: `${label}.${domain}` as DomainName })
      return {
        domain,
        wanted: {
          mode: 'testing' as const,
          maxAgeSeconds: 604_800,
          mxHostPatterns: [host('mx1'), host('mx2')],
        },
        tlsRptRua: [],
        dns: { writer: 'none', apply: 'ask' as const },
        delegation: 'direct' as const,
        policyIdForm: 'utc' as const,
        bimi: undefined,
        tlsa: [],
      }
    }),
  )
}
// Their roll-outs as in the middle of a quiet day: new ones would all begin to publish while the serving is measured.
const now = clock.now()
const isQuiet = await store.write(db =>
  db
    .insertInto('rollouts')
    .columns(['domain', 'stage', 'stage_since', 'is_exiting', 'settings', 'next_look_at', 'revision'])
    .expression(from =>
      from
        .selectFrom('published_domains')
        .select(row => [
          'domain',
          row.val('published').as('stage'),
          row.val(now).as('stage_since'),
          row.val(0).as('is_exiting'),
          row.val('{}').as('settings'),
          row.val(now + DAY_MS).as('next_look_at'),
          row.val(1).as('revision'),
        ]),
    )
    .execute(),
)
if (!isQuiet) throw new Error('the roll-outs could not be written')
await store.close()

const ca = await createCertificateAuthority()
mkdirSync(certificateDir, { recursive: true })
writeFileSync(join(certificateDir, 'ca.pem'), ca.caPem)
// A key of their own each would only take longer to make; what loading costs is the same.
let first: Awaited<ReturnType<typeof ca.issue>> | undefined
for (let index = 0; index < Number(certificates); index += 1) {
  const name = `mta-sts.d${index}.test`
  const leaf = await ca.issue({ names: [name], ...(first === undefined ? {} : { keyOf: first }) })
  first ??= leaf
  mkdirSync(join(certificateDir, name))
  writeFileSync(join(certificateDir, name, 'fullchain.pem'), leaf.chainPem)
  writeFileSync(join(certificateDir, name, 'privkey.pem'), leaf.keyPem)
}
