// Fills a state folder with published domains d<n>.test, and a folder with certificates of the first of them.
// Run: fill-publish.ts DATA_DIR DOMAINS CERTIFICATE_DIR CERTIFICATES
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createCertificateAuthority } from '@sternpost/lab'
import { createSteadyClock } from '../packages/sternpost/src/base/index.ts'
import { Store } from '../packages/sternpost/src/store/index.ts'
import { publishDomains } from './publish-domains.ts'

const [dataDir = '', domains = '0', certificateDir = '', certificates = '0'] = process.argv.slice(2)
const clock = createSteadyClock()
const store = new Store({ dataDir, clock, onNotice: () => {} })
await store.open()
await publishDomains(store, clock, Number(domains), index => `d${index}.test`)
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
