import { expect, test } from 'vitest'
import { rightsOf } from './use-rights.ts'

const nobody = { needsSetup: false, csrfToken: null, loopbackUntil: null, user: null, role: null }
const user = {
  userId: 1,
  name: 'ada',
  hasPassword: true,
  createdAt: '2026-01-01T00:00:00.000Z',
  changedAt: '2026-01-01T00:00:00.000Z',
}
type Role = 'viewer' | 'operator' | 'admin'
const of = (role: Role, domains: 'all' | string[]) =>
  rightsOf({ ...nobody, kind: 'signed-in', role, user: { ...user, role, domains } })

test('nobody may anything, and whoever is at the machine everything', () => {
  const none = { mayChange: false, seesAll: false, mayAdd: false, isAdmin: false }
  expect(rightsOf(undefined)).toMatchObject(none)
  expect(rightsOf({ ...nobody, kind: 'signed-out' })).toMatchObject(none)
  expect(rightsOf({ ...nobody, kind: 'loopback', role: 'admin' })).toMatchObject({
    isAdmin: true,
    mayAdd: true,
  })
})

test.each([
  ['viewer', 'all', { mayChange: false, seesAll: true, mayAdd: false, isAdmin: false }],
  ['operator', 'all', { mayChange: true, seesAll: true, mayAdd: true, isAdmin: false }],
  ['operator', ['a.example'], { mayChange: true, seesAll: false, mayAdd: false, isAdmin: false }],
  ['admin', 'all', { mayChange: true, seesAll: true, mayAdd: true, isAdmin: true }],
  ['admin', ['a.example'], { mayChange: true, seesAll: false, mayAdd: false, isAdmin: false }],
] as const)('%s of %s', (role, domains, rights) => {
  expect(of(role, domains === 'all' ? 'all' : [...domains])).toMatchObject(rights)
})

test('domains are seen by their exact names', () => {
  const { sees } = of('viewer', ['a.example'])
  expect(['a.example', 'A.example', 'b.a.example', 'b.example'].map(sees)).toEqual([true, true, false, false])
})
