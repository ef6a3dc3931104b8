import { keptChecks } from './seed/keep-checks.ts'

/** A screen of the dashboard and what it is tested with. */
export interface ScreenUnderTest {
  readonly name: string
  /** As in `routes.tsx`. */
  readonly route: string
  /** With the seed's data. */
  readonly path: string
  /** Something that is seen only when the data is there. */
  readonly shows: string | RegExp
  /** What a fresh install says; undefined where there is no such state. */
  readonly whenEmpty?: {
    readonly path?: string
    readonly says: string | RegExp
    /** What the browser complains of, as the screen asks for something that is not there. */
    readonly expected?: RegExp
  }
  /** The calls whose failing the screen must tell of. */
  readonly calls: RegExp
}

/** Every screen; a test holds it against the routes of the dashboard. */
export const screens: readonly ScreenUnderTest[] = [
  {
    name: 'overview',
    route: '/',
    path: '/',
    shows: 'alder.example',
    whenEmpty: { says: /Protect mail that comes to you/ },
    calls: /\/api\/v1\/overview/,
  },
  {
    name: 'domain',
    route: '/domains/$domain',
    path: '/domains/alder-shop.example',
    shows: /mx2\.alder-shop\.example/,
    whenEmpty: {
      path: '/domains/alder.example',
      says: /No failure was reported/,
      expected: /status of 404/,
    },
    calls: /\/api\/v1\/(reports|domains)/,
  },
  {
    name: 'check',
    route: '/check',
    path: '/check',
    shows: keptChecks.domain,
    whenEmpty: { says: /Nothing was checked yet/ },
    calls: /\/api\/v1\/checks/,
  },
  {
    name: 'check result',
    route: '/check/$id',
    path: `/check/${keptChecks.later}?against=${keptChecks.earlier}`,
    shows: /What has changed since/,
    calls: /\/api\/v1\/checks/,
  },
  {
    name: 'reports',
    route: '/reports',
    path: '/reports',
    shows: /reports, there are more/,
    whenEmpty: { says: /No report came in yet/ },
    calls: /\/api\/v1\/reports/,
  },
  {
    name: 'report',
    route: '/reports/$id',
    path: '/reports/1',
    shows: /reports on [0-9,]+ connections/,
    calls: /\/api\/v1\/reports\/1/,
  },
  {
    name: 'outbound',
    route: '/outbound',
    path: '/outbound',
    shows: 'partner1.example',
    whenEmpty: { says: /Postfix has not asked yet/ },
    calls: /\/api\/v1\/outbound\/policies/,
  },
  {
    name: 'outbound domain',
    route: '/outbound/$domain',
    path: '/outbound/partner1.example',
    shows: /version: STSv1/,
    calls: /\/api\/v1\/outbound\/policies/,
  },
  {
    name: 'publish',
    route: '/publish',
    path: '/publish?step=records&domain=alder.example',
    shows: /TXT at _mta-sts\.alder\.example/,
    whenEmpty: { path: '/publish', says: /What stands after the @/ },
    calls: /\/api\/v1\/domains/,
  },
  {
    name: 'settings',
    route: '/settings',
    path: '/settings?tab=configuration',
    shows: /reportsReceived/,
    whenEmpty: { path: '/settings?tab=users', says: /The first user must be an admin of all domains/ },
    calls: /\/api\/v1\/configuration/,
  },
]

/** Screens for those who are not signed in, which `access.browser.ts` goes through. */
export const openRoutes: readonly string[] = ['/setup', '/sign-in', '/sign-in/oidc']
