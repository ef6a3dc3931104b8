import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseSavedResult } from './check-result-schema.ts'
import { readSavedResults } from './read-saved-results.ts'

const seen = {
  dnssec: 'insecure',
  canonicalName: 'a.example',
  aliases: [],
  ttlSeconds: 60,
  resolver: '192.0.2.53:53',
}
const saved = {
  version: 1,
  domain: 'a.example',
  input: 'A.example',
  startedAt: 1,
  durationMs: 2,
  findings: [],
  simulation: [],
  summary: { errors: 0, warnings: 0, unknown: 0, advice: 0, ok: 0 },
  worst: 'ok',
  observation: {
    version: 1,
    domain: 'a.example',
    organizationalDomain: 'a.example',
    randomName: 'x.a.example',
    startedAt: 1,
    durationMs: 2,
    vantage: { resolvers: ['192.0.2.53:53'], validates: true, port25: 'open', ipv6: 'unknown' },
    answers: [
      {
        ...seen,
        name: 'a.example',
        type: 'MX',
        kind: 'records',
        at: 1,
        records: [{ preference: 0, exchange: '' }],
      },
    ],
    nextHop: { route: 'null-mx', nextHopDomain: 'a.example', port: 25 },
    mxHosts: [],
    policyHost: null,
    nameServers: [],
    reportDestinations: [],
    unfinished: [],
  },
}

async function read(text: string, pieceBytes: number) {
  async function* chunks() {
    const bytes = Buffer.from(text)
    for (let from = 0; from < bytes.length; from += pieceBytes) yield bytes.subarray(from, from + pieceBytes)
  }
  const results: string[] = []
  for await (const result of readSavedResults(chunks())) {
    results.push(result.ok ? result.result.domain : result.message)
  }
  return results
}

describe('saved results', () => {
  test('what was saved is read, what a later version adds is left out', () => {
    const read = parseSavedResult(JSON.stringify({ ...saved, later: 1 }))
    expect(read).toMatchObject({ ok: true, result: { domain: 'a.example' } })
    expect(read.ok && 'later' in read.result).toBe(false)
  })

  test('a file holds one on each line, or one over many; in whatever pieces it comes', async () => {
    const problem = '{"version":1,"domain":null,"input":"!","line":2,"problem":"no name"}'
    const lines = `${JSON.stringify(saved)}\n${problem}\n${JSON.stringify({ ...saved, domain: 'b.example' })}`
    for (const pieceBytes of [7, 100, 100_000]) {
      expect(await read(`${lines}\n`, pieceBytes)).toEqual(['a.example', 'b.example'])
      expect(await read(lines, pieceBytes)).toEqual(['a.example', 'b.example'])
      expect(await read(JSON.stringify(saved, null, 2), pieceBytes)).toEqual(['a.example'])
    }
    expect(await read(`${JSON.stringify(saved)}\n{"version":1}\n`, 50)).toEqual([
      'a.example',
      expect.stringMatching(/^line 2: it is no saved result: domain: /),
    ])
  })

  test('whatever stands at whatever place, reading gives a result or a sentence and never throws', () => {
    const paths = [...pathsOf(saved)]
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.jsonValue(), (path, value) => {
        const changed: unknown = structuredClone(saved)
        put(changed, path, value)
        const read = parseSavedResult(JSON.stringify(changed))
        if (!read.ok) expect(read.message).toMatch(/^it is no saved result: /)
      }),
      { numRuns: 300 },
    )
  })

  test('a line without what was seen says so', () => {
    const { observation: _, ...findingsOnly } = saved
    expect(parseSavedResult(JSON.stringify(findingsOnly))).toMatchObject({
      message: expect.stringContaining('--no-observation'),
    })
  })

  test('no JSON, deep JSON and a domain of a megabyte are refused', () => {
    expect(parseSavedResult('{')).toMatchObject({ ok: false })
    expect(parseSavedResult(`${'['.repeat(50_000)}${']'.repeat(50_000)}`)).toMatchObject({ ok: false })
    expect(parseSavedResult(JSON.stringify({ ...saved, domain: 'a'.repeat(1e6) }))).toMatchObject({
      ok: false,
    })
  })
})

function* pathsOf(value: unknown, path: readonly string[] = []): Generator<readonly string[]> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inside] of Object.entries(value)) {
    yield [...path, key]
    yield* pathsOf(inside, [...path, key])
  }
}

function put(target: unknown, [key = '', ...rest]: readonly string[], value: unknown): void {
  const holder = target as Record<string, unknown>
  if (rest.length === 0) holder[key] = value
  else put(holder[key], rest, value)
}
