import * as z from 'zod'
import { createDocument, type ZodOpenApiOperationObject, type ZodOpenApiPathsObject } from 'zod-openapi'
import { problemSchema } from './api-problem.ts'
import { contract } from './contract/index.ts'
import type { Contract, Endpoint, RawBody } from './endpoint.ts'
import { apiIssues } from './issues.ts'
import { API_PREFIX } from './register-api.ts'

/** The OpenAPI 3.1 description of everything the API can do, as text of a file. */
export function formatApiDescription(version: string): string {
  return `${JSON.stringify(formatOpenApi(contract, version), null, 1)}\n`
}

/** The OpenAPI 3.1 description of a contract. */
export function formatOpenApi(contract: Contract, version: string): Record<string, unknown> {
  const paths: Record<string, Record<string, ZodOpenApiOperationObject>> = {}
  for (const [key, endpoint] of Object.entries(contract)) {
    const [method = '', path = ''] = key.split(' ')
    const place = path.replace(/:(\w+)/g, '{$1}')
    paths[place] = { ...paths[place], [method.toLowerCase()]: operation(method, place, endpoint) }
  }
  return createDocument({
    openapi: '3.1.0',
    info: {
      title: 'Sternpost',
      version,
      description: 'Mail transport security: what the dashboard and the command line are made of.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: API_PREFIX }],
    paths: paths as ZodOpenApiPathsObject,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: 'sternpost_session' },
      },
    },
  }) as unknown as Record<string, unknown>
}

function operation(method: string, place: string, endpoint: Endpoint): ZodOpenApiOperationObject {
  const { access, params, query, body, issues = [] } = endpoint
  const open = access.role === 'public'
  const codes = [
    ...((params ?? query ?? body) ? (['api/bad-request'] as const) : []),
    ...(open ? [] : (['api/not-signed-in', 'api/forbidden'] as const)),
    ...issues,
  ]
  const byStatus = Map.groupBy(new Set(codes), code => apiIssues[code].status)
  return {
    operationId: `${method.toLowerCase()}${place.replace(/[{}]/g, '').replace(/(?:^|[/-])(\w)/g, (_, letter: string) => letter.toUpperCase())}`,
    tags: [place.split('/')[1] ?? ''],
    summary: endpoint.summary,
    ...(endpoint.description === undefined ? {} : { description: endpoint.description }),
    security: open ? [] : access.scope === 'no-token' ? [{ session: [] }] : [{ token: [] }, { session: [] }],
    ...(open ? {} : { 'x-role': access.role, 'x-scope': access.scope, 'x-domains': access.domains }),
    requestParams: {
      ...(params === undefined ? {} : { path: params }),
      ...(query === undefined ? {} : { query }),
    },
    ...(body === undefined ? {} : { requestBody: { required: true, content: requestContent(body) } }),
    responses: {
      ...success(endpoint),
      ...Object.fromEntries(
        [...byStatus].map(([status, codesOfStatus]) => [
          String(status),
          {
            description: codesOfStatus.join(', '),
            content: { 'application/problem+json': { schema: problemSchema } },
          },
        ]),
      ),
    },
  }
}

function requestContent(body: z.ZodType | RawBody) {
  return 'kind' in body ? { '*/*': {} } : { 'application/json': { schema: body } }
}

function success({ response, status }: Endpoint): ZodOpenApiOperationObject['responses'] {
  if (response === undefined) return { [String(status ?? 204)]: { description: 'Done.' } } as never
  const key = String(status ?? 200)
  if (!('kind' in response))
    return {
      [key]: { description: 'The answer.', content: { 'application/json': { schema: response } } },
    } as never
  if (response.kind === 'raw')
    return { [key]: { description: 'The text.', content: { [response.contentType]: {} } } } as never
  const names = Object.keys(response.events).join(', ')
  return {
    [key]: {
      description: `Server-sent events: ${names}.`,
      content: { 'text/event-stream': { schema: z.union(Object.values(response.events)) } },
    },
  } as never
}
