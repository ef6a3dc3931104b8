/** A message as somebody in the lab got to see it. */
export interface SeenMessage {
  readonly mailFrom: string
  readonly recipients: readonly string[]
  /** Header and body, bytes as Latin-1. */
  readonly content: string
}

/** How a message came over TLS. */
export interface TlsFacts {
  /** `TLSv1.3`, `TLSv1.2`, … */
  readonly version: string
  readonly cipher: string
  /** From SNI; undefined when the client sent none. */
  readonly serverName: string | undefined
}

/** A message that an MX host accepted. */
export interface ReceivedMessage extends SeenMessage {
  readonly mxHost: string
  /** Null when it came in clear. */
  readonly tls: TlsFacts | null
  /** What the client called itself in EHLO or HELO. */
  readonly helo: string
  readonly remoteAddress: string
  /** Milliseconds since 1970. */
  readonly receivedAt: number
}

/** One command that came in clear. */
export interface ClearCommand {
  readonly line: string
  /** Whether STARTTLS had been refused before on this connection: a client that insists on TLS says only QUIT. */
  readonly afterRefusal: boolean
}

/** Takes the address out of `MAIL FROM:<a@example.test> SIZE=1`; '' for the null sender. */
export function pathOf(line: string): string {
  return /<([^>]*)>/.exec(line)?.[1] ?? line.slice(line.indexOf(':') + 1).trim()
}

/** Sender and recipients while they are being told. */
export class EnvelopeInClear {
  mailFrom = ''
  recipients: string[] = []

  /** Takes note of a command that changes the envelope. */
  command(line: string): void {
    if (/^MAIL FROM:/i.test(line)) {
      this.mailFrom = pathOf(line)
      this.recipients = []
    } else if (/^RCPT TO:/i.test(line)) this.recipients.push(pathOf(line))
    else if (/^(RSET|EHLO|HELO)\b/i.test(line)) this.clear()
  }

  /** Ends the transaction with its message. */
  finish(content: string): SeenMessage {
    const message = { mailFrom: this.mailFrom, recipients: this.recipients, content }
    this.clear()
    return message
  }

  clear(): void {
    this.mailFrom = ''
    this.recipients = []
  }
}
