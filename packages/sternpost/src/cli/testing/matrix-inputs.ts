import type { ApiContract } from '../../api/index.ts'
import type { Ids } from './matrix-world.ts'

/** How an endpoint is asked about what belongs to a customer. */
export interface MatrixInput {
  /** Path and query with the ids of a customer in them; without it the path of the contract. */
  readonly path?: (of: Ids) => string
  /**
   * What is sent along. A change sends what its schema refuses, so that it is seen who is let in and nothing
   * happens; `undefined` for endpoints that take nothing.
   */
  readonly body?: (of: Ids) => unknown
  /** Whether an answer to it ends by itself; only the first events of others are read. Default true. */
  readonly endless?: boolean
  /** Why only the head of it is looked at: asking it ends or changes who asks. */
  readonly once?: 'last'
}

const nothing: MatrixInput = {}
const refused: MatrixInput = { body: () => ({ 'no such key': true }) }
const ofDomain = (path: string): MatrixInput => ({ path: ({ domain }) => `/domains/${domain}${path}` })
const about = (path: string): MatrixInput => ({ path: ({ domain }) => `${path}?domain=${domain}` })

/** An input for each endpoint; one that is missing fails the matrix. */
export const matrixInputs: { readonly [K in keyof ApiContract]: MatrixInput } = {
  // The reason is longer than any may be, so that nothing is removed.
  'DELETE /domains/:domain': ofDomain(`?force=${'x'.repeat(501)}`),
  'DELETE /session': { once: 'last' },
  'DELETE /sessions/:id': { path: () => '/sessions/none' },
  'DELETE /tokens/:id': { path: () => '/tokens/999999' },
  'DELETE /users/:id': { path: () => '/users/999999' },
  'GET /audit': nothing,
  'GET /checks': about('/checks'),
  'GET /checks/:id': { path: ({ check }) => `/checks/${check}` },
  'GET /checks/:id/events': { path: ({ check }) => `/checks/${check}/events` },
  'GET /checks/compare': {
    path: ({ check, otherCheck }) => `/checks/compare?a=${check}&b=${otherCheck}`,
  },
  'GET /certificates': nothing,
  'GET /configuration': nothing,
  'GET /domains': nothing,
  'GET /domains/:domain': ofDomain(''),
  'GET /domains/:domain/certificate': ofDomain('/certificate'),
  'GET /domains/:domain/records': ofDomain('/records'),
  'GET /domains/:domain/records/live': ofDomain('/records/live'),
  'GET /domains/:domain/rollout': ofDomain('/rollout'),
  'GET /domains/:domain/rollout/criteria': ofDomain('/rollout/criteria'),
  'GET /domains/:domain/served-policy': ofDomain('/served-policy'),
  'GET /events': { endless: true },
  'GET /findings': { path: () => '/findings?code=starttls/not-offered' },
  'GET /openapi.json': nothing,
  'GET /outbound': nothing,
  'GET /outbound/answers': nothing,
  'GET /outbound/events': nothing,
  'GET /outbound/policies': nothing,
  'GET /outbound/policies/:domain': { path: ({ domain }) => `/outbound/policies/${domain}` },
  'GET /overview': nothing,
  'GET /overview/domains': nothing,
  'GET /reports': about('/reports'),
  'GET /reports/:id': { path: ({ report }) => `/reports/${report}` },
  'GET /reports/:id/text': { path: ({ report }) => `/reports/${report}/text` },
  'GET /reports/address-families': about('/reports/address-families'),
  'GET /reports/drift': about('/reports/drift'),
  'GET /reports/export': { path: ({ domain }) => `/reports/export?kind=failures&trust=any&domain=${domain}` },
  'GET /reports/export/lines': {
    path: ({ domain }) => `/reports/export/lines?kind=failures&trust=any&domain=${domain}`,
  },
  'GET /reports/failure-groups': about('/reports/failure-groups'),
  'GET /reports/heat-map': about('/reports/heat-map'),
  'GET /reports/left-out': about('/reports/left-out'),
  'GET /reports/new-failures': about('/reports/new-failures'),
  'GET /reports/reporters': about('/reports/reporters'),
  'GET /reports/sessions': about('/reports/sessions'),
  'GET /reports/summary': about('/reports/summary'),
  'GET /session': nothing,
  'GET /session/oidc': nothing,
  'GET /sessions': nothing,
  'GET /status': nothing,
  'GET /tokens': nothing,
  'GET /users': nothing,
  'PATCH /domains/:domain': { ...ofDomain(''), ...refused },
  'PATCH /users/:id': { path: () => '/users/999999', ...refused },
  'POST /checks': refused,
  'POST /domains': refused,
  'POST /domains/import': refused,
  'POST /domains/propose': refused,
  'POST /domains/:domain/propose': { ...ofDomain('/propose'), ...refused },
  'POST /domains/:domain/certificate/renew': ofDomain('/certificate/renew'),
  'POST /domains/:domain/records/apply': { ...ofDomain('/records/apply'), ...refused },
  'POST /domains/:domain/rollout': { ...ofDomain('/rollout'), ...refused },
  'POST /domains/:domain/rollout/judge': ofDomain('/rollout/judge'),
  'POST /domains/:domain/rollout/plan': {
    ...ofDomain('/rollout/plan'),
    body: () => ({ mx: ['mx.example'] }),
  },
  'PATCH /domains/:domain/rollout/criteria': { ...ofDomain('/rollout/criteria'), ...refused },
  'GET /rollouts': nothing,
  'POST /outbound/lookup': refused,
  'POST /reports': { path: () => `/reports?fileName=${'x'.repeat(300)}`, body: () => new Uint8Array([1]) },
  'POST /session': refused,
  'POST /session/oidc': nothing,
  'POST /session/oidc/finish': refused,
  'POST /setup': refused,
  'POST /tokens': refused,
  'POST /users': refused,
  'PUT /session/password': refused,
  'PUT /users/:id/password': { path: () => '/users/999999/password', ...refused },
}
