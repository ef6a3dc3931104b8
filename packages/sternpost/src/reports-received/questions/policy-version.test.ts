import { expect, test } from 'vitest'
import { readPolicyVersion } from './policy-version.ts'

const lines = ['version: STSv1', 'mode: enforce', 'mx: a.example.com', 'mx: *.example.net', 'max_age: 86400']

test('order, spaces and one string for all lines make no other version', () => {
  const { fingerprint } = readPolicyVersion(lines)
  const [version, mode, mxA, mxB, maxAge] = lines as [string, string, string, string, string]
  expect(readPolicyVersion([version, mode, maxAge, mxB, mxA]).fingerprint).toBe(fingerprint)
  expect(readPolicyVersion(lines.map(line => `${line.replace(': ', ':')} `)).fingerprint).toBe(fingerprint)
  expect(readPolicyVersion([lines.join('\r\n'), '']).fingerprint).toBe(fingerprint)
})

test('another mode, max_age or mx makes another version', () => {
  const { fingerprint } = readPolicyVersion(lines)
  for (const [old, changed] of [
    ['enforce', 'testing'],
    ['86400', '86401'],
    ['a.example', 'b.example'],
  ] as const)
    expect(readPolicyVersion(lines.map(line => line.replace(old, changed))).fingerprint).not.toBe(fingerprint)
})

test('a policy that cannot be read is kept with what is wrong', () => {
  const version = readPolicyVersion(['version: STSv1', 'mode: enfroce'])
  expect(version.policy).toBeUndefined()
  expect(version.problems.join()).toContain('enfroce')
  expect(readPolicyVersion([]).problems).not.toEqual([])
})
