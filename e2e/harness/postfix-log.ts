/** How Postfix names the strength of the TLS session it made; `none` when it made none. */
export type TlsStrength = 'verified' | 'trusted' | 'untrusted' | 'anonymous' | 'none'

/** One attempt to deliver a message, as Postfix logged it. */
export interface DeliveryOutcome {
  readonly status: 'sent' | 'deferred' | 'bounced'
  /** Of the session that carried the message; of the last one when none did. */
  readonly tls: TlsStrength
  /** The MX host that took the message; undefined when none did. */
  readonly relay: string | undefined
  /** The text after `status=…`, without its parentheses. */
  readonly reason: string
  /** All the process logged for this attempt: TLS sessions, hosts it gave up, warnings. */
  readonly lines: readonly string[]
}

/** Reads attempts out of a growing log, each once. */
export class DeliveryLog {
  readonly #read: () => string
  readonly #seen = new Map<string, number>()

  constructor(read: () => string) {
    this.#read = read
  }

  /** The next attempt of a message that was not given out yet. */
  next(queueId: string): DeliveryOutcome | undefined {
    const attempts = findAttempts(this.#read(), queueId)
    const index = this.#seen.get(queueId) ?? 0
    const attempt = attempts[index]
    if (attempt !== undefined) this.#seen.set(queueId, index + 1)
    return attempt
  }
}

/**
 * Finds the attempts of one message.
 *
 * Shape: `… postfix/smtp[123]: ABC: to=<…>, relay=host[address]:25, … status=sent (250 …)`. A TLS line names no
 * message, but one process delivers one message at a time, so it belongs to the next status of its process.
 */
export function findAttempts(log: string, queueId: string): DeliveryOutcome[] {
  const attempts: DeliveryOutcome[] = []
  const pending = new Map<string, string[]>()
  for (const line of log.slice(0, log.lastIndexOf('\n') + 1).split('\n')) {
    const head = /\bpostfix\/([\w-]+)\[(\d+)\]: (.*)$/.exec(line)
    if (head === null || !['smtp', 'error', 'retry', 'discard'].includes(head[1] ?? '')) continue
    const [, , pid = '', text = ''] = head
    const lines = [...(pending.get(pid) ?? []), text]
    const status = / status=(sent|deferred|bounced) \((.*)\)$/.exec(text)
    if (status === null) {
      pending.set(pid, lines)
      continue
    }
    pending.delete(pid)
    if (!text.startsWith(`${queueId}:`)) continue
    const relay = / relay=([^,[]+)\[/.exec(text)?.[1]
    attempts.push({
      status: status[1] as DeliveryOutcome['status'],
      reason: status[2] ?? '',
      relay: status[1] === 'sent' ? relay : undefined,
      tls: strengthOf(lines, relay),
      lines,
    })
  }
  return attempts
}

function strengthOf(lines: readonly string[], relay: string | undefined): TlsStrength {
  const sessions = lines.flatMap(line => {
    const match = /\b(Verified|Trusted|Untrusted|Anonymous) TLS connection established to ([^[]+)\[/.exec(
      line,
    )
    return match === null ? [] : [{ strength: match[1]!.toLowerCase() as TlsStrength, host: match[2] }]
  })
  const ofRelay = relay === undefined ? sessions : sessions.filter(({ host }) => host === relay)
  return ofRelay.at(-1)?.strength ?? 'none'
}
