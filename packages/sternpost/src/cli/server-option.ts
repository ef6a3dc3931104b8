import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { type Command, CommanderError } from 'commander'
import { type CommandIo, errLine, type GlobalOptions, globalOptions } from './command-io.ts'
import { exitCode } from './exit-code.ts'

/** A daemon elsewhere that a command is to be carried out by. */
export interface ServerAddress {
  /** Without a slash at the end. */
  readonly url: string
  readonly token: string | undefined
}

const MAX_TOKEN_CHARACTERS = 1_024

export function addServerOptions(program: Command): Command {
  return program
    .option('--server <url>', 'let a running daemon do it (default: $STERNPOST_SERVER)')
    .option('--token <token>', 'an API token for it; others can see it, so prefer $STERNPOST_TOKEN')
    .option('--token-file <file>', 'a file with the token on its first line')
    .option('--allow-http', 'send the token without encryption to another machine')
}

/** Commands that a daemon elsewhere can carry out. */
const remoteCommands = new WeakSet<Command>()
/** Commands that touch nothing a daemon has, so that it does not matter which one is named. */
const aloneEverywhere = new Set(['lint', 'version', 'help'])
/** Commands about this machine: the environment's daemon is not theirs, only `--server` is a contradiction. */
const aboutThisMachine = new Set(['serve', 'setup', 'config', 'backup', 'restore', 'user'])

/** Tells that a command works with `--server` too. */
export function worksRemotely(command: Command): Command {
  remoteCommands.add(command)
  return command
}

/** Keeps a command from working here while another daemon was named. */
export function refuseWhereNotRemote(io: CommandIo, command: Command): void {
  const options = globalOptions(command)
  const isNamed = options.server !== undefined
  if ((!isNamed && !hasText(io.env.STERNPOST_SERVER)) || remoteCommands.has(command)) return
  const [first = '', ...rest] = namesOf(command)
  if (aloneEverywhere.has(first) || (!isNamed && aboutThisMachine.has(first))) return
  const way = isNamed ? '--server' : 'STERNPOST_SERVER'
  throw new CommanderError(
    exitCode.usage,
    'sternpost.notRemote',
    `${[first, ...rest].join(' ')} works on this machine only, and ${way} names a daemon`,
  )
}

function namesOf(command: Command): string[] {
  const names: string[] = []
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name())
  return names
}

/**
 * The daemon that the command line or the environment names; undefined where none is.
 *
 * Errors: `bad` when what is wrong with it has been said and the command has ended.
 */
export function serverOf(io: CommandIo, options: GlobalOptions): ServerAddress | undefined | 'bad' {
  const text = options.server ?? io.env.STERNPOST_SERVER
  if (!hasText(text)) return undefined
  const url = readUrl(text)
  if (typeof url === 'string') return bad(io, url)
  const token = readToken(io, options)
  if (typeof token === 'object') return bad(io, token.problem)
  if (token !== undefined && url.protocol === 'http:' && !isLoopback(url) && options.allowHttp !== true) {
    return bad(
      io,
      `the token is not sent to ${url.host} without encryption; use https, a tunnel to 127.0.0.1, or --allow-http`,
    )
  }
  return { url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`, token }
}

function readUrl(text: string): URL | string {
  const url = URL.parse(/^[a-z]+:\/\//i.test(text) ? text : `https://${text}`)
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:'))
    return 'the server is named by a URL such as https://sternpost.example.com or http://127.0.0.1:8460'
  if (url.username !== '' || url.password !== '')
    return 'the URL of the server has no user and no password; give a token'
  if (url.search !== '' || url.hash !== '') return 'the URL of the server ends with its path'
  return url
}

function readToken(
  io: CommandIo,
  { token, tokenFile }: GlobalOptions,
): string | undefined | { readonly problem: string } {
  if (token !== undefined && tokenFile !== undefined)
    return { problem: '--token and --token-file do not go together' }
  let text = token ?? io.env.STERNPOST_TOKEN
  if (tokenFile !== undefined) {
    try {
      text = readFileSync(resolve(io.cwd, tokenFile), 'utf8').split('\n', 1)[0] ?? ''
    } catch (error) {
      return { problem: `${tokenFile} cannot be read: ${(error as Error).message}` }
    }
  }
  if (!hasText(text)) return undefined
  const trimmed = text.trim()
  // What is no token is not shown: it may be one with a slip of the pen in it.
  return /^[\x21-\x7e]+$/.test(trimmed) && trimmed.length <= MAX_TOKEN_CHARACTERS
    ? trimmed
    : { problem: 'what was given as token is none' }
}

function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.[0-9]{1,3}){3}$/.test(hostname)
}

function hasText(text: string | undefined): text is string {
  return text !== undefined && text.trim() !== ''
}

function bad(io: CommandIo, problem: string): 'bad' {
  errLine(io, problem)
  io.end(exitCode.usage)
  return 'bad'
}
