// Changes what is published through the program's own store, for tests that run two programs at once or kill one.
// Run: publish-writer.ts DATA_DIR patterns DOMAIN PREFIX COUNT    adds as many MX patterns, one change each
//      publish-writer.ts DATA_DIR forever PREFIX    adds and serves domains, each named on stdout once acknowledged
import { writeSync } from 'node:fs'
import type { DomainName, MtaStsPolicy } from '@sternpost/protocol'
import { createSteadyClock } from '../../../base/index.ts'
import { Store } from '../../../store/index.ts'
import { PublishStore } from '../publish-store.ts'
import { plainDomain } from './plain-domain.ts'

const [dataDir = '', job = '', name = '', prefix = '', count = '0'] = process.argv.slice(2)
const clock = createSteadyClock()
const store = new Store({ dataDir, clock, onNotice: notice => writeSync(2, `${JSON.stringify(notice)}\n`) })
await store.open()
const publish = new PublishStore(store, clock)

switch (job) {
  case 'patterns':
    for (let index = 0; index < Number(count); index += 1) {
      await publish.update(name as DomainName, ({ wanted }) => ({
        wanted: {
          ...wanted,
          mxHostPatterns: [...wanted.mxHostPatterns, pattern(`${prefix}${index}.example.com`)],
        },
      }))
    }
    break
  case 'forever':
    for (let index = 0; ; index += 1) {
      const domain = `${name}${index}.test` as DomainName
      const wanted: MtaStsPolicy = {
        mode: 'testing',
        maxAgeSeconds: 604_800,
        mxHostPatterns: [pattern(`mx.${domain}`)],
      }
      await publish.add(plainDomain(domain, wanted))
      const { policyId } = await publish.newVersion(domain, wanted)
      await publish.serve(domain, policyId)
      writeSync(1, `${domain}\n`)
    }
  default:
    throw new Error(`unknown job ${job}`)
}
await store.close()

function pattern(host: string) {
  return { wildcard: false, name: host as DomainName }
}
