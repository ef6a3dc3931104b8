import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { parseResolverAddress, type ResolverAddress } from '@sternpost/network'
import { parseDomainName, quote } from '@sternpost/protocol'
import * as z from 'zod'

/** Seconds in each unit a duration may carry. */
const SECONDS = { ms: 0.001, s: 1, m: 60, h: 3600, d: 86_400, w: 604_800 } as const
const BYTES = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const

/** An address and port to listen on; port 0 is any free one. `text` is how it was written. */
export interface TcpAddress {
  readonly kind: 'tcp'
  readonly host: string
  readonly port: number
  readonly text: string
}

/** Where a service listens, or a local client connects to. */
export type ListenAddress =
  | TcpAddress
  | { readonly kind: 'unix'; readonly path: string; readonly text: string }

interface DurationLimits {
  readonly min: string
  readonly max: string
  /** Why the limits are there, put behind the message. */
  readonly because?: string
}

/**
 * A length of time as `5s`, `10m`, `24h` or `30d`.
 *
 * Units: text in the file, seconds in the parsed value.
 */
export function duration(limits: DurationLimits) {
  const [min, max] = [durationSeconds(limits.min) ?? 0, durationSeconds(limits.max) ?? Infinity]
  const because = limits.because === undefined ? '' : ` (${limits.because})`
  return z
    .string({
      error: issue => `needs a length of time with a unit, such as 30s, 10m, 24h or 7d${seen(issue)}`,
    })
    .transform((text, context) => {
      const seconds = durationSeconds(text)
      if (seconds === undefined) {
        return refuse(context, `${quote(text)} is no length of time; write 30s, 10m, 24h or 7d`)
      }
      if (seconds < min) return refuse(context, `${text} is too short: at least ${limits.min}${because}`)
      if (seconds > max) return refuse(context, `${text} is too long: at most ${limits.max}${because}`)
      return seconds
    })
    .meta({ form: 'duration', range: `${limits.min} to ${limits.max}`, pattern: '^[0-9]+(ms|s|m|h|d|w)$' })
}

/** Reads `90s`, `10m`, `24h`: seconds, or undefined where the text is none. */
export function durationSeconds(text: string): number | undefined {
  const [, digits, unit] = /^([0-9]{1,9})(ms|s|m|h|d|w)$/.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits) * SECONDS[unit as keyof typeof SECONDS]
}

/**
 * A size as `64KiB` or `16MiB`.
 *
 * Units: text in the file, bytes in the parsed value.
 */
export function size(limits: { readonly min: string; readonly max: string }) {
  return z
    .string({ error: issue => `needs a size with a unit, such as 64KiB or 16MiB${seen(issue)}` })
    .transform((text, context) => {
      const bytes = sizeBytes(text)
      if (bytes === undefined) return refuse(context, `${quote(text)} is no size; write 64KiB, 16MiB or 1GiB`)
      if (bytes < (sizeBytes(limits.min) ?? 0))
        return refuse(context, `${text} is too small: at least ${limits.min}`)
      if (bytes > (sizeBytes(limits.max) ?? Infinity))
        return refuse(context, `${text} is too large: at most ${limits.max}`)
      return bytes
    })
    .meta({ form: 'size', range: `${limits.min} to ${limits.max}`, pattern: '^[0-9]+(B|KiB|MiB|GiB)$' })
}

function sizeBytes(text: string): number | undefined {
  const [, digits, unit] = /^([0-9]{1,9})(B|KiB|MiB|GiB)$/.exec(text) ?? []
  return digits === undefined ? undefined : Number(digits) * BYTES[unit as keyof typeof BYTES]
}

/** Where to listen: `127.0.0.1:8461`, `[::1]:8461`, `localhost:8461` or `unix:/run/sternpost/socketmap`. */
export function listenAddress() {
  return z
    .string({
      error: issue => `needs an address and port such as 127.0.0.1:8461, or unix:/path${seen(issue)}`,
    })
    .transform((text, context): ListenAddress => {
      const address = parseListenAddress(text)
      return (
        address ??
        refuse(
          context,
          `${quote(text)} is no address to listen on; write 127.0.0.1:8461, [::1]:8461 or unix:/path`,
        )
      )
    })
    .meta({ form: 'listen address' })
}

/** An address and port to listen on. */
export function tcpListenAddress() {
  return z
    .string({ error: issue => `needs an address and port such as 0.0.0.0:443${seen(issue)}` })
    .transform((text, context): TcpAddress => {
      const address = parseListenAddress(text)
      return address?.kind === 'tcp'
        ? address
        : refuse(context, `${quote(text)} is no address to listen on; write 0.0.0.0:443 or [::]:443`)
    })
    .meta({ form: 'listen address' })
}

/** An address and port, or `off` where nothing is to listen. */
export function listenAddressOrOff() {
  return z
    .string({ error: issue => `needs an address and port such as 127.0.0.1:8460, or off${seen(issue)}` })
    .transform((text, context): TcpAddress | 'off' => {
      if (text === 'off') return 'off'
      const address = parseListenAddress(text)
      return address?.kind === 'tcp'
        ? address
        : refuse(
            context,
            `${quote(text)} is no address to listen on; write 127.0.0.1:8460, [::1]:8460 or off`,
          )
    })
    .meta({ form: 'listen address or off' })
}

export function parseListenAddress(text: string): ListenAddress | undefined {
  if (text.startsWith('unix:')) {
    const path = text.slice(5)
    // A socket's path must fit sun_path, 108 bytes with the closing NUL on Linux.
    const usable = path.startsWith('/') && !path.includes('\0') && Buffer.byteLength(path) <= 107
    return usable ? { kind: 'unix', path, text } : undefined
  }
  const split = splitHostPort(text)
  if (split?.port === undefined) return undefined
  if (isIP(split.host) === 0 && split.host !== 'localhost') return undefined
  return { kind: 'tcp', host: split.host, port: split.port, text }
}

/** A DNS resolver: `127.0.0.1`, `[::1]:5353`, or `tls://192.0.2.53#dns.example.net` for DNS over TLS. */
export function resolverAddress() {
  return z
    .string({ error: issue => `needs an IP address such as 127.0.0.1 or 127.0.0.1:5353${seen(issue)}` })
    .transform((text, context): ResolverAddress => {
      const resolver = parseResolverAddress(text)
      return resolver.ok ? resolver.value : refuse(context, resolver.issues[0].message)
    })
    .meta({ form: 'resolver' })
}

/** Takes `host:port`, `[v6]:port`, or either without port apart; undefined where the text is none of them. */
function splitHostPort(text: string): { host: string; port: number | undefined } | undefined {
  if (isIP(text) !== 0) return { host: text, port: undefined }
  const [, v6, plain, digits] = /^(?:\[([0-9A-Fa-f:.%a-z]+)\]|([^:[\]]+))(?::([0-9]{1,5}))?$/.exec(text) ?? []
  const host = v6 ?? plain
  const port = digits === undefined ? undefined : Number(digits)
  if (host === undefined || (port ?? 0) > 65_535) return undefined
  return v6 !== undefined && isIP(v6) !== 6 ? undefined : { host, port }
}

/** An IP address or a network in CIDR form. */
export function addressRange() {
  return z
    .string({ error: issue => `needs an address or network such as 10.0.0.0/8${seen(issue)}` })
    .transform((text, context): string => {
      const [address = '', bits, ...rest] = text.split('/')
      const family = isIP(address)
      const most = family === 6 ? 128 : 32
      const fits = bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= most)
      if (family === 0 || !fits || rest.length > 0) {
        return refuse(context, `${quote(text)} is no address or network; write 192.0.2.1 or 10.0.0.0/8`)
      }
      return `${address}/${bits ?? most}`
    })
    .meta({ form: 'network' })
}

/** One IP address. */
export function ipAddress() {
  return z
    .string({ error: issue => `needs an IP address such as 192.0.2.53${seen(issue)}` })
    .transform((text, context): string =>
      isIP(text) === 0 ? refuse(context, `${quote(text)} is no IP address`) : text,
    )
    .meta({ form: 'IP address' })
}

/** A domain name; U-labels are turned into A-labels. With `root` the name `.` will do as well. */
export function domainName(options: { readonly root?: boolean } = {}) {
  return z
    .string({ error: issue => `needs a domain name such as example.com${seen(issue)}` })
    .transform((text, context): string => {
      if (options.root === true && text === '.') return text
      const name = parseDomainName(text, { toAscii: domainToASCII, singleLabel: options.root === true })
      return name.ok ? name.value : refuse(context, name.issues[0].message)
    })
    .meta({ form: 'domain name' })
}

/** The path of a file or folder; one that does not start with `/` is relative to the configuration's folder. */
export function filePath() {
  return z
    .string({ error: () => 'needs a path' })
    .min(1, 'needs a path')
    .meta({ form: 'path' })
}

/** A mail address as RCPT names it, `local@domain`, or `@domain` for all of a domain; compared in lower case. */
export function mailRecipient() {
  return z
    .string({ error: issue => `needs an address such as tls-reports@example.com${seen(issue)}` })
    .transform((text, context): string => {
      const at = text.lastIndexOf('@')
      const local = text.slice(0, Math.max(at, 0))
      const domain = parseDomainName(text.slice(at + 1), { toAscii: domainToASCII })
      if (at < 0 || /[\s<>]/.test(local) || local.length > 64 || !domain.ok) {
        return refuse(
          context,
          `${quote(text)} is no mail address; write tls-reports@example.com, or @example.com for all of a domain`,
        )
      }
      return `${local.toLowerCase()}@${domain.value}`
    })
    .meta({ form: 'mail address' })
}

/** The permissions of a socket in octal digits, in quotes because YAML reads `0660` as six hundred and sixty. */
export function fileMode() {
  return z
    .string({ error: issue => `needs three or four octal digits in quotes, such as '0660'${seen(issue)}` })
    .transform((text, context): number =>
      /^0?[0-7]{3}$/.test(text)
        ? Number.parseInt(text, 8)
        : refuse(context, `${quote(text)} is no file mode; write octal digits in quotes, such as '0660'`),
    )
    .meta({ form: 'file mode', pattern: '^0?[0-7]{3}$' })
}

/**
 * A day as `2027-01-31`, or a moment as `2027-01-31T12:00:00Z`.
 *
 * Units: milliseconds since 1970 in the parsed value; a day means its end in UTC.
 */
export function expiryDate() {
  return z
    .string({ error: issue => `needs a date such as 2027-01-31${seen(issue)}` })
    .transform((text, context): number => {
      const day = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text)
      const moment =
        /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2})$/.test(text)
      const at = day ? Date.parse(`${text}T23:59:59.999Z`) : moment ? Date.parse(text) : Number.NaN
      // Date.parse rolls the 31st of February over into March; a date that does not come back unchanged is none.
      const exists = !day || (Number.isFinite(at) && new Date(at).toISOString().startsWith(text))
      if (Number.isNaN(at) || !exists) return refuse(context, `${quote(text)} is no date; write 2027-01-31`)
      return at
    })
    .meta({ form: 'date' })
}

/** Tells in a message what stands there instead, where a value of the wrong type can be shown in short. */
function seen(issue: { readonly input?: unknown }): string {
  const { input } = issue
  if (typeof input === 'number' || typeof input === 'boolean') return `, not ${String(input)}`
  if (input === null) return '; there is no value'
  if (Array.isArray(input)) return ', not a list'
  return typeof input === 'object' ? ', not a section' : ''
}

function refuse(context: z.core.$RefinementCtx, message: string): never {
  context.addIssue({ code: 'custom', message })
  return z.NEVER
}
