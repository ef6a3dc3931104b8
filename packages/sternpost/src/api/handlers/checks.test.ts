import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createManualClock } from '@sternpost/lab'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Principal } from '../../access/index.ts'
import { CheckArchive, CheckDesk, type CheckResult } from '../../check/index.ts'
import { createLogger } from '../../log/index.ts'
import { Store } from '../../store/index.ts'
import type { ApiServices } from '../services.ts'
import { checksHandlers } from './checks.ts'

const log = createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false })

let folder = ''
let store: Store
let desk: CheckDesk
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-checks-'))
  const clock = createManualClock(Date.UTC(2026, 10, 1))
  store = new Store({ dataDir: folder, clock, onNotice: () => {} })
  await store.open()
  desk = new CheckDesk({
    archive: new CheckArchive(store, clock),
    clock,
    log,
    // A domain that answers nothing until the desk closes.
    check: (_domain, { signal }) =>
      new Promise<CheckResult>((_done, failed) => signal?.addEventListener('abort', failed)),
    contextOf: async () => ({}),
    keepResults: 100,
    onChange: () => {},
  })
})
afterEach(async () => {
  await desk.stop()
  await store.close()
  rmSync(folder, { recursive: true })
})

test('another token of the same person has no checks of its own', async () => {
  const handlers = checksHandlers({ checks: desk } as unknown as ApiServices)
  const ask = async (number: number) => {
    const principal: Principal = {
      kind: 'token',
      name: `cy/${number % 10}`,
      userId: 7,
      role: 'viewer',
      domains: 'all',
      scopes: new Set(['checks:write']),
    }
    const body = { domain: `d${number}.example`, timeoutSeconds: 30, rcpt: false }
    return handlers['POST /checks']({ body, principal } as never)
  }
  for (let number = 0; number < 60; number += 1)
    expect(await ask(number)).toMatchObject({ requestedBy: `cy/${number % 10}` })
  await expect(ask(60)).rejects.toMatchObject({ code: 'api/too-many-requests' })
})
