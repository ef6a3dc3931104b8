import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { NoSuchScreen } from './app/no-such-screen.tsx'
import { RouteProblem } from './app/route-problem.tsx'
import { Shell } from './app/shell.tsx'
import { Loading } from './parts/index.ts'
import { readCheckResultSearch, readCheckSearch } from './screens/check/check-search.ts'
import { readOutboundSearch } from './screens/outbound/outbound-search.ts'
import { readOverviewSearch } from './screens/overview/overview-search.ts'
import { readPublishSearch } from './screens/publish/publish-search.ts'
import { readReportSearch } from './screens/reports/report-search.ts'
import { readSettingsSearch } from './screens/settings/settings-search.ts'

// One lazy route for each screen; what a screen reads of the URL is checked by its own `validateSearch`.
const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NoSuchScreen })

const overviewRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: readOverviewSearch,
  component: lazyRouteComponent(() => import('./screens/overview/overview-screen.tsx'), 'OverviewScreen'),
})

const domainRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/domains/$domain',
  component: lazyRouteComponent(() => import('./screens/domain/domain-screen.tsx'), 'DomainScreen'),
})

const outboundRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/outbound',
  validateSearch: readOutboundSearch,
  component: lazyRouteComponent(() => import('./screens/outbound/outbound-screen.tsx'), 'OutboundScreen'),
})

const outboundDomainRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/outbound/$domain',
  component: lazyRouteComponent(
    () => import('./screens/outbound/outbound-domain-screen.tsx'),
    'OutboundDomainScreen',
  ),
})

const checkRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/check',
  validateSearch: readCheckSearch,
  component: lazyRouteComponent(() => import('./screens/check/check-screen.tsx'), 'CheckScreen'),
})

const checkResultRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/check/$id',
  validateSearch: readCheckResultSearch,
  component: lazyRouteComponent(() => import('./screens/check/check-result-screen.tsx'), 'CheckResultScreen'),
})

const reportsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reports',
  validateSearch: readReportSearch,
  component: lazyRouteComponent(() => import('./screens/reports/reports-screen.tsx'), 'ReportsScreen'),
})

const reportRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/reports/$id',
  component: lazyRouteComponent(() => import('./screens/reports/report-screen.tsx'), 'ReportScreen'),
})

const signInRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in',
  component: lazyRouteComponent(() => import('./screens/sign-in/sign-in-route.tsx'), 'SignInRoute'),
})

const oidcReturnRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/sign-in/oidc',
  component: lazyRouteComponent(() => import('./screens/sign-in/oidc-return-screen.tsx'), 'OidcReturnScreen'),
})

const setupRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/setup',
  component: lazyRouteComponent(() => import('./screens/sign-in/setup-screen.tsx'), 'SetupScreen'),
})

const settingsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/settings',
  validateSearch: readSettingsSearch,
  component: lazyRouteComponent(() => import('./screens/settings/settings-screen.tsx'), 'SettingsScreen'),
})

const publishRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/publish',
  validateSearch: readPublishSearch,
  component: lazyRouteComponent(() => import('./screens/publish/publish-screen.tsx'), 'PublishScreen'),
})

const routeTree = rootRoute.addChildren([
  overviewRoute,
  domainRoute,
  reportsRoute,
  reportRoute,
  outboundRoute,
  outboundDomainRoute,
  checkRoute,
  checkResultRoute,
  signInRoute,
  oidcReturnRoute,
  setupRoute,
  settingsRoute,
  publishRoute,
])

/** All screens by their address. */
export function createAppRouter() {
  return createRouter({
    routeTree,
    defaultPreload: 'intent',
    defaultPendingComponent: () => <Loading height={360} />,
    defaultErrorComponent: RouteProblem,
    scrollRestoration: true,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
