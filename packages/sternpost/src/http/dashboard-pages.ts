import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'

/** What the build of the dashboard writes where a nonce belongs; the same word stands in its vite.config.ts. */
const NONCE_PLACE = /NONCE-OF-THIS-ANSWER/g

/** First segments of paths that are never a page, whoever asks. */
const NOT_PAGES = new Set(['api', 'assets', 'health', 'metrics', 'v1'])

/**
 * Finds the built dashboard: beside the program in a release, in its own package in a checkout.
 *
 * Shape: this file is `dist/main.js` or `dist/chunks/….js` in a release and `src/http/….ts` otherwise.
 */
export function findDashboard(): string | undefined {
  return ['dashboard', '../dashboard', '../../../dashboard/dist']
    .map(path => join(import.meta.dirname, path))
    .find(path => existsSync(join(path, 'index.html')))
}

/**
 * Serves the files of the built dashboard; `sendPage` answers for its screens.
 *
 * Shape: files under /assets have a hash of their contents in the name and are kept for a year; the page itself is
 * asked for anew each time. What is not there is left to the handler of unknown paths.
 */
export function addDashboardFiles(app: FastifyInstance, directory: string): void {
  app.register(fastifyStatic, {
    root: join(directory, 'assets'),
    prefix: '/assets/',
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
  })
  app.get('/icon.svg', (_request, reply) => reply.sendFile('icon.svg', directory, { maxAge: '1d' }))
}

/** Whether a browser opens an address, as against a program or a script asking for data. */
export function isNavigation({ method, url, headers }: FastifyRequest): boolean {
  const first = /^\/([^/?#]*)/.exec(url)?.[1]
  return (
    (method === 'GET' || method === 'HEAD') &&
    first !== undefined &&
    !NOT_PAGES.has(first.toLowerCase()) &&
    (headers.accept ?? '').includes('text/html')
  )
}

/** Answers with the page in which every screen lives. */
export async function sendPage(reply: FastifyReply, directory: string | undefined): Promise<FastifyReply> {
  const html = directory === undefined ? undefined : await readPage(directory)
  if (html === undefined)
    return reply.code(503).type('text/plain; charset=utf-8').header('cache-control', 'no-store').send(MISSING)
  const nonce = randomBytes(18).toString('base64')
  return reply
    .type('text/html; charset=utf-8')
    .header('cache-control', 'no-cache')
    .header('content-security-policy', pagePolicy(nonce))
    .send(html.replace(NONCE_PLACE, nonce))
}

const MISSING = [
  'The pages of Sternpost have not been built.',
  '',
  'In a checkout of the sources, "npm start" builds them and starts the daemon; "npm run build" makes a release.',
  'Everything else runs: /health tells how the daemon does, and the command line has the same facts.',
  '',
].join('\n')

/** Read at each answer: it is small, and a build made meanwhile counts at once. */
async function readPage(directory: string): Promise<string | undefined> {
  try {
    return await readFile(join(directory, 'index.html'), 'utf8')
  } catch {
    return undefined
  }
}

/** Everything from here, nothing from elsewhere, and no script or style that is not ours. */
function pagePolicy(nonce: string): string {
  return [
    `default-src 'none'`,
    `script-src 'self'`,
    `style-src 'self' 'nonce-${nonce}'`,
    `img-src 'self' data:`,
    `font-src 'self'`,
    `connect-src 'self'`,
    `form-action 'self'`,
    `base-uri 'none'`,
    `frame-ancestors 'none'`,
  ].join('; ')
}
