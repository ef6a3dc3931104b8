import type { Log } from 'sarif'
import { describe, expect, test } from 'vitest'
import { hostileTexts, sampleCheck, sampleFinding } from '../testing/index.ts'
import { formatSarif, sarifLog } from './sarif.ts'

function log(findings: Parameters<typeof sampleCheck>[0]): Log {
  // The published types judge what the function gives.
  return sarifLog([sampleCheck(findings)], '1.2.3')
}

describe('results as SARIF', () => {
  test('each severity has its level, and what passed or could not be measured is no failure', () => {
    const severities = ['error', 'warning', 'unknown', 'advice', 'ok'] as const
    const results = log(severities.map(severity => sampleFinding('example.com', { severity }))).runs[0]
      ?.results
    expect(results?.map(({ kind, level }) => `${kind} ${level}`)).toEqual([
      'fail error',
      'fail warning',
      'open none',
      'fail note',
      'pass none',
    ])
  })

  test('a code is one rule with the catalogue as help, and results point at it', () => {
    const [run] = log([
      sampleFinding('example.com'),
      sampleFinding('example.com', { code: 'dane/mismatch' }),
      sampleFinding('example.org'),
    ]).runs
    expect(run?.tool.driver.rules?.map(({ id }) => id)).toEqual(['dane/mismatch', 'mta-sts/mx-not-listed'])
    expect(run?.tool.driver.rules?.[0]?.help?.text).toContain('docs/findings/dane/mismatch.md')
    expect(run?.results?.map(({ ruleIndex }) => ruleIndex)).toEqual([1, 0, 1])
  })

  test('a place in the policy is a region of the policy file, a record a dns: URI', () => {
    const [run] = log([
      sampleFinding('example.com', {
        subject: { kind: 'policy', domain: 'example.com', line: 3, column: 5 },
      }),
      sampleFinding('example.com', {
        subject: { kind: 'record', name: '_mta-sts.example.com', type: 'TXT' },
      }),
    ]).runs
    expect(run?.results?.map(({ locations }) => locations?.[0]?.physicalLocation)).toEqual([
      {
        artifactLocation: { uri: 'https://mta-sts.example.com/.well-known/mta-sts.txt' },
        region: { startLine: 3, startColumn: 5 },
      },
      { artifactLocation: { uri: 'dns:_mta-sts.example.com?type=TXT' } },
    ])
  })

  test('the fingerprint stays when the sentence changes, and differs by subject', () => {
    const prints = log([
      sampleFinding('example.com'),
      sampleFinding('example.com', { message: 'Said otherwise.' }),
      sampleFinding('example.org'),
    ]).runs[0]?.results?.map(({ partialFingerprints }) => Object.values(partialFingerprints ?? {})[0])
    expect(prints?.[0]).toBe(prints?.[1])
    expect(prints?.[0]).not.toBe(prints?.[2])
  })

  test.for(hostileTexts)('foreign text %j leaves every URI a URI and nothing a terminal obeys', text => {
    const subjects = [
      { kind: 'uri', uri: text },
      { kind: 'file', file: text },
      { kind: 'record', name: text, type: text },
      { kind: 'mx-host', host: text },
    ] as const
    const json = formatSarif(
      [sampleCheck(subjects.map(subject => sampleFinding(text, { subject })))],
      '1.2.3',
    )
    expect(json).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/)
    const uris = (JSON.parse(json) as Log).runs[0]?.results?.map(
      ({ locations }) => locations?.[0]?.physicalLocation?.artifactLocation?.uri ?? '',
    )
    for (const uri of uris ?? []) expect(uri).toMatch(/^[!-~]+$/)
  })
})
