import { createManualClock } from '@sternpost/lab'
import type { ResolverValidation } from '@sternpost/network'
import { expect, test } from 'vitest'
import { createLogger } from '../log/index.ts'
import { ResolverWatch } from './resolver-watch.ts'

const log = createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false })

const validating = (resolver: string): ResolverValidation => ({
  resolver,
  state: 'validates',
  detail: 'well',
})
const untrusted = (resolver: string): ResolverValidation => ({ resolver, state: 'untrusted', detail: 'no' })

test('resolvers that change while others are put to the proof are put to the proof themselves', async () => {
  const asked: ((validations: readonly ResolverValidation[]) => void)[] = []
  const watch = new ResolverWatch({
    dns: { proveValidation: () => new Promise(resolve => asked.push(resolve)) },
    clock: createManualClock(0),
    log,
    onChange: () => {},
  })
  const first = watch.start()
  watch.proveNow()
  watch.proveNow()
  asked[0]?.([validating('192.0.2.1')])
  await first
  await new Promise(resolve => setImmediate(resolve))
  expect(asked).toHaveLength(2)
  asked[1]?.([untrusted('192.0.2.2')])
  await new Promise(resolve => setImmediate(resolve))
  expect(watch.daneOffBecause).toContain('no')
  watch.stop()
  watch.proveNow()
  expect(asked).toHaveLength(2)
})
