// Lays the database of the API's measurement: `fill-api.ts '{"folder":…}'`.
import { createSteadyClock } from '../packages/sternpost/src/base/index.ts'
import { type FillPlan, fillReports } from '../packages/sternpost/src/reports-received/testing/index.ts'
import { databaseFile, Store } from '../packages/sternpost/src/store/index.ts'
import { publishDomains } from './publish-domains.ts'

const { folder, ...plan } = JSON.parse(process.argv[2] ?? '') as FillPlan & { readonly folder: string }
const clock = createSteadyClock()
const store = new Store({
  dataDir: folder,
  clock,
  onNotice: notice => {
    throw new Error(`the database of the benchmark has trouble: ${JSON.stringify(notice)}`)
  },
})
await store.open()
await publishDomains(store, clock, plan.domains, index => `d${index}.example.com`)
await store.close()
fillReports(databaseFile(folder), plan)
