import { createSteadyClock } from '../../../packages/sternpost/src/base/index.ts'
import { createLogger } from '../../../packages/sternpost/src/log/index.ts'
import { ReportIntake } from '../../../packages/sternpost/src/reports-received/index.ts'
import { Store } from '../../../packages/sternpost/src/store/index.ts'

/** Has the real intake take reports into a data folder that no daemon uses; gives how many it took. */
export async function takeReports(dataDir: string, reports: readonly string[]): Promise<number> {
  const clock = createSteadyClock()
  const store = new Store({ dataDir, clock, onNotice: () => {} })
  await store.open()
  const intake = new ReportIntake({
    store,
    clock,
    dns: { lookup: () => Promise.reject(new Error('nothing here is signed')) },
    limits: { documentBytes: 20 << 20, unpackedBytes: 32 << 20, ratio: 200, members: 100, nesting: 3 },
    ourDomains: () => true,
    log: createLogger(
      { level: 'silent', format: 'json' },
      { isTerminal: false, color: false, write: () => {} },
    ),
  })
  let taken = 0
  for (const report of reports) {
    const { verdict } = await intake.take({
      channel: 'import',
      bytes: Buffer.from(report),
      receivedAt: clock.now(),
    })
    if (verdict === 'report') taken += 1
  }
  await store.close()
  return taken
}
