import { execFile } from 'node:child_process'
import { type PostfixFacts, type PostfixParameter, postfixParameters } from './postfix-facts.ts'
import { parsePostfixVersion } from './postfix-version.ts'

const TIMEOUT_MS = 15_000
const MAX_OUTPUT_BYTES = 4_194_304

/** Which Postfix to talk to. */
export interface PostconfOptions {
  /** The program and what stands before it, such as `postconf` or `chroot /srv/mail postconf`. */
  readonly command: readonly string[]
  /** Another instance's folder, as `postconf -c` takes it. */
  readonly configDirectory?: string | undefined
}

/** Postfix's own tools could not be run or did not say what was asked. */
export class PostconfError extends Error {
  override readonly name = 'PostconfError'
}

/**
 * Asks an installed Postfix for its version and settings; changes nothing.
 *
 * Errors: `PostconfError`.
 */
export async function readPostfixFacts(options: PostconfOptions): Promise<PostfixFacts> {
  const versionText = await run(options, ['-dh', 'mail_version'])
  const version = parsePostfixVersion(versionText)
  if (version === undefined)
    throw new PostconfError(`${options.command.join(' ')} gives no version of Postfix`)
  const [written, effective, overrides, client] = await Promise.all([
    run(options, [...postfixParameters]),
    run(options, ['-x', ...postfixParameters]),
    run(options, ['-P']),
    run(options, ['-M', 'smtp/unix']),
  ])
  return {
    version,
    written: parseSettings(written),
    effective: parseSettings(effective),
    serviceOverrides: parseAssignments(overrides),
    smtpChroot: isChrooted(client, version.major >= 3),
  }
}

/**
 * Writes settings into main.cf.
 *
 * Errors: `PostconfError`. Effects: `postconf -e`, which replaces main.cf in one step.
 */
export async function writePostfixSettings(
  options: PostconfOptions,
  settings: readonly { readonly parameter: string; readonly value: string }[],
): Promise<void> {
  await run(options, ['-e', ...settings.map(({ parameter, value }) => `${parameter}=${value}`)])
}

/** Has a running Postfix take over its settings: the `postfix` beside `postconf`. */
export async function reloadPostfix(options: PostconfOptions): Promise<void> {
  const command = [...options.command]
  command[command.length - 1] = command.at(-1)?.replace(/postconf$/, 'postfix') ?? 'postfix'
  await run({ ...options, command }, ['reload'])
}

function run(options: PostconfOptions, args: readonly string[]): Promise<string> {
  const [program = 'postconf', ...before] = options.command
  const instance = options.configDirectory === undefined ? [] : ['-c', options.configDirectory]
  const argv = [...before, ...instance, ...args]
  return new Promise((resolve, reject) => {
    execFile(program, argv, { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES }, (error, stdout, stderr) => {
      if (error === null) resolve(stdout)
      else if ((error as NodeJS.ErrnoException).code === 'ENOENT') {
        reject(new PostconfError(`there is no ${program} here, so no Postfix seems to be installed`))
      } else {
        const reason = stderr.trim().split('\n').at(-1) ?? ''
        reject(new PostconfError(`${program} ${args[0]} failed: ${reason === '' ? error.message : reason}`))
      }
    })
  })
}

function parseSettings(output: string): Partial<Record<PostfixParameter, string>> {
  const known = parseAssignments(output)
  return Object.fromEntries(Object.entries(known).filter(([name]) => isParameter(name)))
}

function isParameter(name: string): name is PostfixParameter {
  return (postfixParameters as readonly string[]).includes(name)
}

/** Lines `name = value`. */
function parseAssignments(output: string): Record<string, string> {
  const assignments = output.split('\n').flatMap(line => {
    const equals = line.indexOf('=')
    return equals === -1 ? [] : [[line.slice(0, equals).trim(), line.slice(equals + 1).trim()] as const]
  })
  return Object.fromEntries(assignments)
}

/** The fifth field of a master.cf line; `-` means the default, which Postfix 3.0 changed to "no". */
function isChrooted(line: string, defaultIsNo: boolean): boolean {
  const field = line.trim().split(/\s+/)[4]
  return field === 'y' || (field === '-' && !defaultIsNo)
}
