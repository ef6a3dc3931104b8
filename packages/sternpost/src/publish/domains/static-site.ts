import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { type DomainName, isDomainName } from '@sternpost/protocol'

/** The folder could not be written; what was written before stays, each file whole. */
export class StaticSiteError extends Error {
  override readonly name = 'StaticSiteError'
}

export interface StaticSiteResult {
  readonly written: number
  readonly unchanged: number
  readonly removed: number
}

/** Keeps what this folder got from us, so that nothing else is ever taken away. */
const LIST_FILE = '.sternpost-export.json'

/** Each is served by what the README says; the dot of `.well-known` is what such hosts hide. */
const POLICY_FILE = join('.well-known', 'mta-sts.txt')
const helperFiles: Readonly<Record<string, string>> = {
  // GitHub Pages hides folders that begin with a dot unless this file is there.
  '.nojekyll': '',
  // Cloudflare Pages and Netlify take headers from here.
  _headers:
    '/.well-known/mta-sts.txt\n  Content-Type: text/plain; charset=us-ascii\n  Cache-Control: no-store\n',
}

/**
 * Writes policies as files for a web server, an object store or a host of static pages.
 *
 * Shape: `mta-sts.DOMAIN/.well-known/mta-sts.txt`, one folder for each site. A file is replaced as a whole; only
 * what an earlier export wrote is ever removed.
 * Errors: `StaticSiteError`.
 */
export class StaticSite {
  readonly #folder: string
  readonly #before: ReadonlySet<string>
  readonly #now = new Set<string>()
  #written = 0
  #unchanged = 0

  constructor(folder: string) {
    this.#folder = folder
    this.#before = readList(join(folder, LIST_FILE))
  }

  /** Writes the policy of a domain; a file with the same bytes is left as it is. */
  write(domain: DomainName, text: string): void {
    if (!isDomainName(domain)) throw new RangeError(`${domain} is not in the form of names`)
    const site = join(this.#folder, `mta-sts.${domain}`)
    this.#now.add(domain)
    for (const [name, content] of Object.entries(helperFiles)) replaceFile(join(site, name), content)
    if (replaceFile(join(site, POLICY_FILE), text)) this.#written += 1
    else this.#unchanged += 1
  }

  /** Writes the README and takes away what is not published any more. */
  finish(options: { readonly keepOthers: boolean }): StaticSiteResult {
    const gone = options.keepOthers ? [] : [...this.#before].filter(domain => !this.#now.has(domain))
    for (const domain of gone) removeSite(join(this.#folder, `mta-sts.${domain}`))
    const owned = options.keepOthers ? [...this.#before, ...this.#now] : [...this.#now]
    replaceFile(join(this.#folder, 'README.txt'), README)
    replaceFile(
      join(this.#folder, LIST_FILE),
      `${JSON.stringify({ version: 1, domains: [...new Set(owned)].sort() })}\n`,
    )
    return { written: this.#written, unchanged: this.#unchanged, removed: gone.length }
  }
}

function readList(file: string): ReadonlySet<string> {
  if (!existsSync(file)) return new Set()
  try {
    const { domains } = JSON.parse(readFileSync(file, 'utf8')) as { domains?: unknown }
    if (!Array.isArray(domains)) throw new TypeError('there is no list of domains in it')
    return new Set(domains.filter((name): name is string => typeof name === 'string' && isDomainName(name)))
  } catch (error) {
    throw new StaticSiteError(`${file} cannot be read: ${messageOf(error)}`)
  }
}

/** Puts a file in place as a whole; false where it has these bytes already. */
function replaceFile(file: string, content: string): boolean {
  const bytes = Buffer.from(content, 'latin1')
  try {
    const isThere = existsSync(file)
    if (isThere && readFileSync(file).equals(bytes)) return false
    mkdirSync(dirname(file), { recursive: true })
    const draft = `${file}.${process.pid}.new`
    const descriptor = openSync(draft, 'w', 0o644)
    try {
      writeSync(descriptor, bytes)
      // What is in force already must not become an empty file in a power cut; a new one can be written again.
      if (isThere) fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
    renameSync(draft, file)
    return true
  } catch (error) {
    throw new StaticSiteError(`${file} cannot be written: ${messageOf(error)}`)
  }
}

/** Removes the files of ours, and the folders where nothing else is left in them. */
function removeSite(site: string): void {
  const files = [POLICY_FILE, ...Object.keys(helperFiles)].map(name => join(site, name))
  for (const file of files) remove(file, () => rmSync(file))
  for (const folder of [join(site, '.well-known'), site]) remove(folder, () => rmdirSync(folder))
}

/** Somebody may have taken it away already, or put something of his own in its place. */
const leftAsItIs = ['ENOENT', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST']

function remove(path: string, act: () => void): void {
  try {
    act()
  } catch (error) {
    if (!leftAsItIs.includes((error as NodeJS.ErrnoException).code ?? ''))
      throw new StaticSiteError(`${path} cannot be removed: ${messageOf(error)}`)
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

const README = `MTA-STS policies, one folder for each web site (RFC 8461 section 3.3).

Every mta-sts.DOMAIN/.well-known/mta-sts.txt must be reached at
https://mta-sts.DOMAIN/.well-known/mta-sts.txt: with a certificate for that name, status 200,
Content-Type text/plain, and no redirect. Line ends are CRLF; copy the files as they are.

Web server        snippets for nginx, Apache, Caddy and lighttpd: sternpost setup nginx DOMAIN
Object store      upload with Content-Type "text/plain; charset=us-ascii" and Cache-Control no-store;
                  the store or a CDN before it must have a certificate for mta-sts.DOMAIN.
GitHub Pages      one repository for each site, with .nojekyll, and mta-sts.DOMAIN as its custom domain.
Cloudflare Pages, Netlify
                  one project for each site, with _headers, and mta-sts.DOMAIN as its custom domain.

After each change: first upload the files, then change the id in the TXT record _mta-sts.DOMAIN
(RFC 8461 section 8.1). ${LIST_FILE} tells the next export which folders are its own.
`
