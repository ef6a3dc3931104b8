/** How a reply begins: `OK`, `NOTFOUND`, `TEMP` or `TIMEOUT`, `PERM`; `broken` is no socketmap reply. */
export type ReplyStatus = 'ok' | 'notFound' | 'temporary' | 'permanent' | 'broken'

const COLON = 0x3a
const COMMA = 0x2c
const ZERO = 0x30
const STATUS_BY_FIRST_BYTE: Readonly<Record<number, ReplyStatus>> = {
  79: 'ok',
  78: 'notFound',
  84: 'temporary',
  80: 'permanent',
}

/** Reads one netstring reply at a time out of chunks, keeping nothing of it but its status. */
export class ReplyReader {
  #length = 0
  /** Bytes of content read; -1 while the length is being read. */
  #contentRead = -1
  #status: ReplyStatus = 'broken'

  /** Takes the next bytes in; the status once the reply is complete, undefined while it is not. */
  read(bytes: Uint8Array, count: number): ReplyStatus | undefined {
    let at = 0
    while (this.#contentRead < 0) {
      if (at === count) return undefined
      const byte = bytes[at]!
      at += 1
      if (byte === COLON) this.#contentRead = 0
      else if (byte < ZERO || byte > ZERO + 9) return this.#end('broken')
      else this.#length = this.#length * 10 + (byte - ZERO)
    }
    if (at === count) return undefined
    if (this.#contentRead === 0) this.#status = STATUS_BY_FIRST_BYTE[bytes[at]!] ?? 'broken'
    const left = this.#length + 1 - this.#contentRead
    if (count - at < left) {
      this.#contentRead += count - at
      return undefined
    }
    // More than was asked for, or no comma at the end: whatever it is, it is no answer.
    const whole = count - at === left && bytes[count - 1] === COMMA
    return this.#end(whole ? this.#status : 'broken')
  }

  #end(status: ReplyStatus): ReplyStatus {
    this.#length = 0
    this.#contentRead = -1
    return status
  }
}
