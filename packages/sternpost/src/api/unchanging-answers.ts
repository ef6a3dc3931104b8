/** An answer as it goes over the wire, with what names its state. */
export interface WrittenAnswer {
  readonly text: string
  readonly etag: string
}

const written = new WeakMap<object, WrittenAnswer | undefined>()

/** Says that an answer will never change, so that it is checked and written once however often it is sent. */
export function markUnchanging(answer: object): void {
  if (!written.has(answer)) written.set(answer, undefined)
}

/** Writes an answer, or gives what was written of it before. */
export function writeOnce(answer: unknown, write: () => WrittenAnswer): WrittenAnswer {
  if (typeof answer !== 'object' || answer === null || !written.has(answer)) return write()
  const known = written.get(answer)
  if (known !== undefined) return known
  const fresh = write()
  written.set(answer, fresh)
  return fresh
}
