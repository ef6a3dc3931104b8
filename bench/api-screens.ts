/** What one look at a screen asks, in this order. */
export interface ScreenCalls {
  readonly screen: string
  readonly calls: readonly ScreenCall[]
}

export interface ScreenCall {
  /** As the contract has it, for the table. */
  readonly key: string
  /** Path and query. */
  readonly path: string
}

/** What there is to be looked at. */
export interface ScreenWorld {
  readonly reports: number
  readonly domains: number
  /** First and last day of the last thirty. */
  readonly from: string
  readonly to: string
}

/** Every screen that shows what is stored, as the dashboard asks for it; `pick` chooses what it is about. */
export function screenCalls(world: ScreenWorld, pick: (count: number) => number): readonly ScreenCalls[] {
  const domain = `d${pick(world.domains)}.example.com`
  const month = `from=${world.from}&to=${world.to}`
  const about = `domain=${domain}&${month}`
  const get = (path: string, query = '', shown = path): ScreenCall => ({
    key: `GET ${shown}`,
    path: query === '' ? path : `${path}?${query}`,
  })
  return [
    {
      screen: 'Overview',
      calls: [
        get('/overview'),
        get('/overview/domains', 'sort=problems&order=desc&offset=0&limit=100'),
        get(
          '/overview/domains',
          `sort=problems&order=desc&offset=${100 * pick(world.domains / 100)}&limit=100`,
        ),
      ],
    },
    {
      screen: 'Domain',
      calls: [
        get(`/domains/${domain}`, '', '/domains/:domain'),
        get(`/domains/${domain}/rollout`, '', '/domains/:domain/rollout'),
        get(`/domains/${domain}/rollout/criteria`, '', '/domains/:domain/rollout/criteria'),
        get(`/domains/${domain}/records`, '', '/domains/:domain/records'),
        get(`/domains/${domain}/certificate`, '', '/domains/:domain/certificate'),
        get('/checks', `domain=${domain}&limit=1`, '/checks, of one domain'),
        get('/reports/sessions', about),
        get('/reports/failure-groups', about),
        get('/reports/heat-map', about),
        get('/reports/reporters', about),
        get('/reports/drift', `domain=${domain}`),
      ],
    },
    {
      screen: 'Reports',
      calls: [
        get('/reports', 'limit=50'),
        get('/reports', `domain=${domain}&limit=50`),
        get('/reports', 'hasFailures=true&limit=50'),
        get('/reports', 'resultType=certificate-expired&limit=50'),
        get(`/reports/${1 + pick(world.reports)}`, '', '/reports/:id'),
        // One in twenty has failures to explain.
        get(`/reports/${20 * (1 + pick(world.reports / 20))}`, '', '/reports/:id'),
      ],
    },
    {
      screen: 'All reports together',
      calls: [
        get('/reports/summary', month),
        get('/reports/failure-groups', month, '/reports/failure-groups, all domains'),
        get('/reports/new-failures', month),
        get('/reports/heat-map', month, '/reports/heat-map, all domains'),
        get('/reports/reporters', month, '/reports/reporters, all domains'),
      ],
    },
    {
      screen: 'Outbound',
      calls: [
        get('/outbound'),
        get('/outbound/policies', 'limit=50'),
        get('/outbound/answers'),
        get('/outbound/events'),
      ],
    },
    { screen: 'Check', calls: [get('/checks')] },
    {
      screen: 'Settings',
      calls: ['/status', '/sessions', '/tokens', '/users', '/audit', '/configuration'].map(path => get(path)),
    },
  ]
}
