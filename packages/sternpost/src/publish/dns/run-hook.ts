import { spawn } from 'node:child_process'
import { quote } from '@sternpost/protocol'
import { DnsWriteError } from './issues.ts'

/** sysexits(3): the command could not do it now. */
const EX_TEMPFAIL = 75
const MAX_OUTPUT_BYTES = 1_048_576
const MAX_SHOWN_CHARACTERS = 200

export interface HookRun {
  readonly command: readonly string[]
  readonly input: string
  readonly timeoutMs: number
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal | undefined
}

/**
 * Runs a command without a shell and gives what it printed.
 *
 * Errors: DnsWriteError `dns-write/hook` with the last line of its standard error, `dns-write/hook-temporary` for exit
 * status 75, `dns-write/timeout`, `dns-write/aborted`.
 * Effects: a command that takes too long or prints too much is killed, with all it started.
 */
export function runHook({ command, input, timeoutMs, env, signal }: HookRun): Promise<string> {
  const [program = '', ...args] = command
  const named = quote(program, 80)
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...env },
      // A group of its own, so that what the command starts can be ended with it.
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    })
    let output = ''
    let complaint = ''
    let end: DnsWriteError | undefined
    const kill = (error: DnsWriteError) => {
      end ??= error
      try {
        if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL')
      } catch {
        // It has ended by itself.
      }
    }
    const onAbort = () =>
      kill(new DnsWriteError('dns-write/aborted', `${named} was ended before it was done`))
    const timer = setTimeout(
      () =>
        kill(new DnsWriteError('dns-write/timeout', `${named} was not done within ${timeoutMs / 1000} s`)),
      timeoutMs,
    )
    const settle = (finish: () => void) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      finish()
    }

    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text
      if (output.length > MAX_OUTPUT_BYTES)
        kill(new DnsWriteError('dns-write/hook', `${named} printed too much`))
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      complaint = (complaint + text).slice(-10 * MAX_SHOWN_CHARACTERS)
    })
    // A command that does not read its input is no fault.
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('error', error => {
      const reason = (error as NodeJS.ErrnoException).code ?? error.message
      settle(() => reject(new DnsWriteError('dns-write/hook', `${named} cannot be run (${reason})`)))
    })
    child.on('close', (code, endedBy) => {
      settle(() => {
        if (end !== undefined) reject(end)
        else if (code === 0) resolve(output)
        else {
          const status = code === null ? `was ended by ${endedBy ?? 'a signal'}` : `ended with status ${code}`
          const said = complaint.trim().split('\n').at(-1) ?? ''
          const message = `${named} ${status}${said === '' ? '' : `: ${quote(said, MAX_SHOWN_CHARACTERS)}`}`
          reject(
            new DnsWriteError(code === EX_TEMPFAIL ? 'dns-write/hook-temporary' : 'dns-write/hook', message),
          )
        }
      })
    })
    if (signal?.aborted === true) onAbort()
    else signal?.addEventListener('abort', onAbort, { once: true })
  })
}
