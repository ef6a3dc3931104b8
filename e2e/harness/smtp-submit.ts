import { connect } from 'node:net'
import { createInterface } from 'node:readline'

export const SENDER = 'sender@sender.test'

/** Hands one message to an MTA by plain SMTP and gives the queue id it answers with. */
export async function submitMessage(
  to: { readonly address: string; readonly port: number },
  recipient: string,
): Promise<string> {
  const socket = connect(to.port, to.address)
  socket.setTimeout(20_000, () => socket.destroy(new Error('the MTA under test is silent')))
  const replies = createInterface({ input: socket })[Symbol.asyncIterator]()
  const reply = async (expected: number): Promise<string> => {
    for (;;) {
      const { value, done } = await replies.next()
      const line: string = done === true ? '' : value
      if (/^\d{3}-/.test(line)) continue
      if (line.startsWith(`${expected} `)) return line
      throw new Error(`the MTA under test answered "${line}" where ${expected} was due`)
    }
  }
  const failed = new Promise<never>((_, reject) => socket.once('error', reject))
  const talk = async () => {
    await reply(220)
    const parameter = /^[ -~]*$/.test(recipient) ? '' : ' SMTPUTF8'
    const steps: readonly (readonly [string, number])[] = [
      ['EHLO client.sender.test', 250],
      [`MAIL FROM:<${SENDER}>${parameter}`, 250],
      [`RCPT TO:<${recipient}>`, 250],
      ['DATA', 354],
    ]
    for (const [command, expected] of steps) {
      socket.write(`${command}\r\n`)
      await reply(expected)
    }
    socket.write(`From: <${SENDER}>\r\nTo: <${recipient}>\r\nSubject: e2e\r\n\r\n${SECRET_LINE}\r\n.\r\n`)
    const queued = await reply(250)
    socket.end('QUIT\r\n')
    const queueId = /queued as ([0-9A-Za-z]+)/.exec(queued)?.[1]
    if (queueId === undefined) throw new Error(`no queue id in "${queued}"`)
    return queueId
  }
  try {
    return await Promise.race([talk(), failed])
  } finally {
    socket.destroy()
  }
}

/** What no eavesdropper may read. */
export const SECRET_LINE = 'The launch code is 0000.'
