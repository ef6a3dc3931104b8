import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAtLeast } from '../access/index.ts'
import { contract, type Endpoint } from '../api/index.ts'
import { readEvents } from './read-events.ts'
import { matrixInputs } from './testing/matrix-inputs.ts'
import {
  type Asker,
  createMatrixWorld,
  type Ids,
  type MatrixWorld,
  OURS,
  SECRET,
  THEIRS,
} from './testing/matrix-world.ts'

const endpoints = Object.entries(contract) as [keyof typeof contract, Endpoint][]
const inputs = endpoints.flatMap(([key, endpoint]) => {
  const input = matrixInputs[key]
  return input === undefined ? [] : [{ key, endpoint, input }]
})

let world: MatrixWorld
beforeAll(async () => {
  world = await createMatrixWorld()
}, 120_000)
afterAll(() => world.close())

/** What came of asking: whether the door was passed, and everything that was told. */
async function ask(asker: Asker, key: string, of: Ids) {
  const [method = '', path = ''] = key.split(' ')
  const { path: pathOf, body, endless } = matrixInputs[key as keyof typeof contract]!
  const response = await world.send(asker, method, pathOf?.(of) ?? path, body?.(of))
  const isEndless = endless === true && response.ok
  const text = isEndless ? '' : await response.text()
  if (isEndless) await response.body?.cancel()
  const head = JSON.stringify([...response.headers])
  const code = /"code":"([^"]*)"/.exec(text)?.[1]
  return { status: response.status, code, told: `${head}\n${text}` }
}

/** Whether the contract lets somebody through the door of an endpoint, about something of their own. */
function mayAsk({ access }: Endpoint, { principal }: Asker, isTheirs: boolean): boolean {
  if (access.role === 'public') return true
  if (principal === undefined || !isAtLeast(principal.role, access.role)) return false
  const { scopes, domains } = principal
  if (
    access.scope === 'no-token' ? principal.kind === 'token' : scopes !== 'all' && !scopes.has(access.scope)
  )
    return false
  if (domains === 'all') return true
  return access.domains !== 'all' && !(access.domains === 'path' && isTheirs)
}

const isRefusal = ({ status, code }: { status: number; code: string | undefined }) =>
  status === 401 || (status === 403 && code === 'api/forbidden') || code === 'api/csrf'

describe('every endpoint, asked by everybody', () => {
  test('there is an input for each endpoint of the contract', () => {
    expect(endpoints.map(([key]) => key).filter(key => matrixInputs[key] === undefined)).toEqual([])
  })

  test('lets in those that the contract allows, and nobody else', async () => {
    const wrong: string[] = []
    for (const { key, endpoint, input } of inputs) {
      if (input.once === 'last') continue
      await Promise.all(
        world.askers.map(async asker => {
          const found = await ask(asker, key, world.ours)
          const may = mayAsk(endpoint, asker, false)
          if (may === isRefusal(found) || found.status >= 500)
            wrong.push(`${asker.name}: ${key} ${found.status} ${found.code ?? ''}, may: ${may}`)
        }),
      )
    }
    expect(wrong).toEqual([])
  }, 300_000)

  test('tells a customer nothing of another one, whatever is asked', async () => {
    const leaks: string[] = []
    const scoped = world.askers.filter(
      ({ principal }) => principal !== undefined && principal.domains !== 'all',
    )
    expect(scoped.length).toBeGreaterThan(10)
    for (const { key, input } of inputs) {
      if (input.once === 'last') continue
      await Promise.all(
        [...scoped, world.askers[0]!].flatMap(asker =>
          [world.ours, world.theirs].map(async of => {
            const { told, status } = await ask(asker, key, of)
            const text = told.toLowerCase()
            // What they typed themselves may come back to them; nothing else.
            const words = of === world.theirs ? [SECRET] : [SECRET, THEIRS]
            for (const word of words)
              if (text.includes(word))
                leaks.push(`${asker.name}: ${key} of ${of.domain} ${status} tells ${word}`)
          }),
        ),
      )
    }
    expect(leaks).toEqual([])
  }, 300_000)

  test('what is not theirs is not there for a customer', async () => {
    const customer = world.askers.find(({ name }) => name === 'admin of ours')!
    const byId = inputs.filter(
      ({ endpoint: { params, access }, input }) =>
        params !== undefined &&
        input.path !== undefined &&
        access.domains !== 'none' &&
        access.domains !== 'all',
    )
    expect(byId.length).toBeGreaterThan(3)
    for (const { key } of byId) {
      const { status } = await ask(customer, key, world.theirs)
      expect(`${key} ${status}`).toBe(`${key} 404`)
    }
    const check = await world.send(customer, 'POST', '/checks', { domain: THEIRS })
    expect(check.status).toBe(403)
  })

  test('news of another customer reach nobody else', async () => {
    const customer = world.askers.find(({ name }) => name === 'viewer of ours')!
    const admin = world.askers.find(({ name }) => name === 'admin of all')!
    const response = await world.send(customer, 'GET', '/events')
    await world.send(admin, 'POST', '/checks', { domain: THEIRS, timeoutSeconds: 20 })
    const { id } = (await (
      await world.send(admin, 'POST', '/checks', { domain: OURS, timeoutSeconds: 20 })
    ).json()) as { id: string }
    const told: string[] = []
    for await (const { event, data } of readEvents(response.body ?? [])) {
      told.push(JSON.stringify({ event, data }))
      if ((data as { id?: string; state?: string }).id === id && told.at(-1)?.includes('finished')) break
    }
    expect(told.join('\n')).toContain(OURS)
    expect(told.join('\n')).not.toContain(THEIRS)
  })

  test('those who see all are told of the other customer: the marks are where they are looked for', async () => {
    const admin = world.askers.find(({ name }) => name === 'admin of all')!
    const marked = new Set<string>()
    for (const { key, input } of inputs) {
      if (input.once === 'last') continue
      const { told } = await ask(admin, key, world.theirs)
      if (told.toLowerCase().includes(SECRET)) marked.add(key)
    }
    for (const key of [
      'GET /reports',
      'GET /reports/:id/text',
      'GET /reports/export',
      'GET /checks/:id',
      'GET /users',
    ])
      expect([...marked]).toContain(key)
    expect(marked.size).toBeGreaterThan(12)
  })

  test('signing out ends the session', async () => {
    for (const asker of world.askers) {
      const endpoint: Endpoint = contract['DELETE /session']
      const found = await ask(asker, 'DELETE /session', world.ours)
      expect([asker.name, isRefusal(found)]).toEqual([asker.name, !mayAsk(endpoint, asker, false)])
      if (asker.principal?.kind === 'user')
        expect((await world.send(asker, 'GET', '/status')).status).toBe(401)
    }
  })
})
