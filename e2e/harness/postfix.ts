import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SCRATCH } from '../ground/namespace.ts'
import { masterConfig, type PostfixSettings, postfixMainConfig } from './postfix-config.ts'
import { DeliveryLog, type DeliveryOutcome } from './postfix-log.ts'
import { runInRoot, waitFor } from './root-process.ts'
import { submitMessage } from './smtp-submit.ts'

export interface PostfixOptions {
  /** The Debian root whose Postfix this is. */
  readonly root: string
  /** Where it takes mail from us, port 25. */
  readonly address: string
  /** Certificates that its SMTP client trusts. */
  readonly caPem: string
  /** The settings under test, over those of the harness. */
  readonly settings: PostfixSettings
}

/** A real Postfix with configuration, queue and log of its own. */
export interface Postfix {
  /** Hands over one message for `postmaster@domain`; gives its queue id. */
  send(domain: string): Promise<string>
  /** Waits for the next `status=` of a message, one call per attempt. */
  outcome(queueId: string): Promise<DeliveryOutcome>
  /** `send` and its first `outcome`. */
  deliver(domain: string): Promise<DeliveryOutcome & { readonly queueId: string }>
  /** Tries a deferred message again now; `outcome` then waits for that attempt. */
  retry(queueId: string): Promise<void>
  /** Removes a message, so that it comes up in no later attempt. */
  drop(queueId: string): Promise<void>
  /** Changes settings and reloads. */
  configure(settings: PostfixSettings): Promise<void>
  postconf(...args: string[]): Promise<string>
  /** What it logged so far. */
  log(): string
  stop(): Promise<void>
}

/** Starts Postfix; nothing retries by itself, so that a scenario decides when an attempt is made. */
export async function startPostfix(options: PostfixOptions): Promise<Postfix> {
  const { root, address } = options
  const base = `${SCRATCH}/postfix-${createHash('sha256').update(address).digest('hex').slice(0, 6)}`
  const config = `${base}/etc`
  let settings = options.settings
  const onHost = (path: string) => join(root, path)
  const run = (command: string, ...args: string[]) => runInRoot(root, command, args)
  const writeMain = () =>
    writeFileSync(onHost(`${config}/main.cf`), postfixMainConfig({ base, address, settings }))

  for (const folder of ['etc', 'spool', 'data', 'log'])
    mkdirSync(onHost(`${base}/${folder}`), { recursive: true })
  await run('chown', 'postfix', `${base}/data`)
  writeFileSync(onHost(`${base}/ca.pem`), options.caPem)
  writeMain()
  writeFileSync(onHost(`${config}/master.cf`), masterConfig(address))
  const logFile = onHost(`${base}/log/mail.log`)
  const readLog = () => (existsSync(logFile) ? readFileSync(logFile, 'utf8') : '')
  const deliveries = new DeliveryLog(readLog)

  await run('postfix', '-c', config, 'start').catch(error => {
    throw new Error(`Postfix does not start: ${error.message}\n${readLog()}`)
  })

  const outcome = (queueId: string) =>
    waitFor(
      () => deliveries.next(queueId),
      () => `Postfix logged no outcome of ${queueId}:\n${readLog().split('\n').slice(-60).join('\n')}`,
      40_000,
    )
  const send = (domain: string) => submitMessage({ address, port: 25 }, `postmaster@${domain}`)

  return {
    send,
    outcome,
    async deliver(domain) {
      const queueId = await send(domain)
      return { queueId, ...(await outcome(queueId)) }
    },
    async retry(queueId) {
      await run('postqueue', '-c', config, '-i', queueId)
    },
    async drop(queueId) {
      await run('postsuper', '-c', config, '-d', queueId)
    },
    async configure(changed) {
      settings = { ...settings, ...changed }
      writeMain()
      await run('postfix', '-c', config, 'reload')
    },
    postconf: (...args) => run('postconf', '-c', config, ...args),
    log: readLog,
    async stop() {
      await run('postfix', '-c', config, 'stop').catch(() => undefined)
    },
  }
}
