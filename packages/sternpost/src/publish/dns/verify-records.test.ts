import { describe, expect, it } from 'vitest'
import { type ServerAnswer, verifyRecords } from './verify-records.ts'

const set = { name: '_mta-sts.example.com', type: 'TXT', values: ['new'], gone: ['old'] } as const

/** A clock that stands still but for sleeping. */
function createSleeper() {
  let time = 0
  const waits: number[] = []
  return {
    waits,
    now: () => time,
    sleep: async (milliseconds: number) => {
      waits.push(milliseconds)
      time += milliseconds
    },
  }
}

describe('verifying at every authoritative server', () => {
  it('waits for the server that lags, and asks no more than needed', async () => {
    const sleeper = createSleeper()
    const ask = async (): Promise<ServerAnswer[]> => [
      { server: 'primary', values: ['new', 'foreign'] },
      { server: 'secondary', values: sleeper.now() >= 3000 ? ['new'] : ['old'] },
    ]
    const [verdict] = await verifyRecords([set], { ...sleeper, ask, timeoutSeconds: 60 })
    expect(verdict).toMatchObject({ verified: true })
    expect(sleeper.waits).toEqual([500, 1000, 2000])
  })

  it('tells server by server what is not there when the time is over', async () => {
    const sleeper = createSleeper()
    const ask = async (): Promise<ServerAnswer[]> => [
      { server: 'primary', values: ['new'] },
      { server: 'secondary', values: ['new', 'old'] },
      { server: 'third', problem: 'did not answer' },
    ]
    const [verdict] = await verifyRecords([set], { ...sleeper, ask, timeoutSeconds: 5 })
    expect(verdict?.verified).toBe(false)
    expect(verdict?.servers.map(({ verified }) => verified)).toEqual([true, false, false])
    expect(sleeper.now()).toBe(5000)
  })

  it('no server at all verifies nothing', async () => {
    const options = { ...createSleeper(), ask: async () => [], timeoutSeconds: 0 }
    expect(await verifyRecords([set], options)).toMatchObject([{ verified: false, servers: [] }])
  })
})
