import { type DomainName, parseDomainName } from '../names/domain-name.ts'

export const SMTP_PORT = 25

/** Where Postfix wants to send to: a table key of `smtp_tls_policy_maps`, understood. */
export interface NextHop {
  readonly domain: DomainName
  readonly port: number
  /** Written `[host]`: the name is the host itself, MX records are not asked for. */
  readonly bracketed: boolean
}

/**
 * What a table key is about.
 *
 * - `next-hop`: a name policies can belong to.
 * - `parent-probe`: `.parent`, which Postfix asks after a name was not found; no policy is ever inherited.
 * - `no-domain`: an address, a single label, or no name at all; no policy can belong to it.
 */
export type NextHopKey =
  | { readonly kind: 'next-hop'; readonly nextHop: NextHop }
  | { readonly kind: 'parent-probe' }
  | { readonly kind: 'no-domain' }

/**
 * Reads a key as Postfix writes it: the next hop of a transport or relayhost.
 *
 * Shape: `example.com`, `example.com:587`, `[mx.example.com]`, `[mx.example.com]:587`; upper case, a trailing
 * dot and U-labels are accepted, since Postfix folds none of them for this table. A port is a number; Postfix
 * resolves service names itself only when it connects, so `:submission` counts as 587, `:smtp` as 25.
 * Errors: none; what is no name is `no-domain`, for which the answer is "not found".
 * Source: smtp_tls_policy_maps in postconf(5), RFC 8461 §3.4.
 */
export function parseNextHopKey(key: string, toAscii?: (name: string) => string): NextHopKey {
  if (key.startsWith('.')) return { kind: 'parent-probe' }
  const parts = key.startsWith('[') ? splitBracketed(key) : splitPlain(key)
  if (parts === undefined) return { kind: 'no-domain' }
  const name = parseDomainName(parts.host, toAscii === undefined ? {} : { toAscii })
  const port = parts.port === undefined ? SMTP_PORT : parsePort(parts.port)
  if (!name.ok || port === undefined) return { kind: 'no-domain' }
  return { kind: 'next-hop', nextHop: { domain: name.value, port, bracketed: parts.bracketed } }
}

/** Writes a next hop in its one canonical form, the port only where it is not 25. */
export function formatNextHop(nextHop: NextHop): string {
  const host = nextHop.bracketed ? `[${nextHop.domain}]` : nextHop.domain
  return nextHop.port === SMTP_PORT ? host : `${host}:${nextHop.port}`
}

interface KeyParts {
  readonly host: string
  readonly port: string | undefined
  readonly bracketed: boolean
}

function splitBracketed(key: string): KeyParts | undefined {
  const end = key.indexOf(']')
  if (end === -1) return undefined
  const rest = key.slice(end + 1)
  if (rest !== '' && !rest.startsWith(':')) return undefined
  return { host: key.slice(1, end), port: rest === '' ? undefined : rest.slice(1), bracketed: true }
}

function splitPlain(key: string): KeyParts | undefined {
  const colon = key.indexOf(':')
  if (colon === -1) return { host: key, port: undefined, bracketed: false }
  return { host: key.slice(0, colon), port: key.slice(colon + 1), bracketed: false }
}

const servicePorts: Readonly<Record<string, number>> = {
  smtp: SMTP_PORT,
  submission: 587,
  submissions: 465,
  smtps: 465,
}

function parsePort(text: string): number | undefined {
  if (/^[0-9]{1,5}$/.test(text)) {
    const port = Number(text)
    return port >= 1 && port <= 65_535 ? port : undefined
  }
  return Object.hasOwn(servicePorts, text) ? servicePorts[text] : undefined
}
