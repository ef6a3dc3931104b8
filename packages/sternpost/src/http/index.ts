/** The web side. Loading this room loads Fastify, so it is imported when it is needed and not before. */
export { findDashboard } from './dashboard-pages.ts'
export { type HealthPart, type HealthReport, type HealthSource, summarizeHealth } from './health.ts'
export { type HttpServer, type HttpServerOptions, type RouteSource, startHttpServer } from './server.ts'
