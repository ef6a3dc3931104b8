/**
 * Cuts a byte stream into messages with a length of two bytes in front.
 *
 * Shape: the returned function takes the next piece and gives out the messages it completes. Each byte is copied
 * once however small the pieces are.
 * Source: RFC 1035 §4.2.2.
 */
export function createFrameReader(): (piece: Buffer) => readonly Buffer[] {
  let lengthByte = -1
  let frame: Buffer | null = null
  let filled = 0
  return piece => {
    const complete: Buffer[] = []
    let at = 0
    while (at < piece.length) {
      if (frame === null) {
        const byte = piece[at] ?? 0
        at += 1
        if (lengthByte === -1) {
          lengthByte = byte
          continue
        }
        frame = Buffer.allocUnsafe(lengthByte * 256 + byte)
        lengthByte = -1
        filled = 0
      }
      const taken = Math.min(frame.length - filled, piece.length - at)
      piece.copy(frame, filled, at, at + taken)
      filled += taken
      at += taken
      if (filled === frame.length) {
        complete.push(frame)
        frame = null
      }
    }
    return complete
  }
}
