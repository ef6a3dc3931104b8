import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { contract } from './contract/index.ts'
import type { Endpoint } from './endpoint.ts'
import { formatOpenApi } from './open-api.ts'

interface Operation {
  readonly operationId: string
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean }[]
  readonly responses: Readonly<Record<string, { readonly description: string }>>
  readonly security: readonly Readonly<Record<string, unknown>>[]
}

const document = JSON.parse(JSON.stringify(formatOpenApi(contract, '1.0.0'))) as {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly securitySchemes: Readonly<Record<string, object>>
  }
}
const operations = Object.entries(document.paths).flatMap(([path, item]) =>
  Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
)

/** Every object of a JSON value, with the key it stands at. */
function* objectsIn(value: unknown, key = ''): Generator<{ key: string; object: Record<string, unknown> }> {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) yield { key, object: value as Record<string, unknown> }
  for (const [name, member] of Object.entries(value)) yield* objectsIn(member, name)
}

describe('the description of the API', () => {
  test('has one operation for each endpoint, each with a name of its own', () => {
    expect(document.openapi).toMatch(/^3\.1\./)
    expect(operations).toHaveLength(Object.keys(contract).length)
    const names = operations.map(({ operation }) => operation.operationId)
    expect(names.length).toBe(new Set(names).size)
  })

  test('declares every part of a path, and no other, as a required parameter of the path', () => {
    for (const { path, operation } of operations) {
      const declared = (operation.parameters ?? []).filter(parameter => parameter.in === 'path')
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
      expect(declared.map(({ name }) => name).toSorted(), path).toEqual(inPath.toSorted())
      expect(
        declared.every(({ required }) => required === true),
        path,
      ).toBe(true)
    }
  })

  test('every response is described, and one of each operation tells of success', () => {
    for (const { path, method, operation } of operations) {
      const responses = Object.entries(operation.responses)
      expect(
        responses.some(([status]) => status.startsWith('2')),
        `${method} ${path}`,
      ).toBe(true)
      for (const [status, { description }] of responses) expect(description, `${path} ${status}`).not.toBe('')
    }
  })

  test('asks for nothing where anybody may, and for schemes that there are everywhere else', () => {
    const schemes = new Set(Object.keys(document.components.securitySchemes))
    for (const [key, endpoint] of Object.entries(contract) as [string, Endpoint][]) {
      const [method = '', path = ''] = key.split(' ')
      const { security } = document.paths[path.replace(/:(\w+)/g, '{$1}')]![method.toLowerCase()]!
      expect(security.length === 0, key).toBe(endpoint.access.role === 'public')
      for (const name of security.flatMap(Object.keys)) expect(schemes.has(name)).toBe(true)
    }
  })

  test('every reference leads somewhere', () => {
    for (const { object } of objectsIn(document)) {
      if (typeof object.$ref !== 'string') continue
      const [, , kind = '', name = ''] = object.$ref.split('/')
      expect((document.components as unknown as Record<string, Record<string, object>>)[kind]).toHaveProperty(
        [name],
      )
    }
  })

  test('every schema is one of JSON Schema 2020-12, the dialect of OpenAPI 3.1', () => {
    const ajv = new Ajv2020({ strict: false, validateFormats: false })
    ajv.addSchema(document as object, 'https://sternpost.example/api')
    let count = 0
    for (const { key, object } of objectsIn(document.paths)) {
      if (key !== 'schema') continue
      count += 1
      expect(ajv.validateSchema(object), JSON.stringify(ajv.errors)).toBe(true)
    }
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      expect(ajv.validateSchema(schema), name).toBe(true)
      // Compiled as a whole, so that what a reference leads to is read too.
      ajv.compile({ $ref: `https://sternpost.example/api#/components/schemas/${name}` })
    }
    expect(count).toBeGreaterThan(operations.length)
  })
})
