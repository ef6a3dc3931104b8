import type { IncomingDocument } from './document.ts'
import type { IntakeVerdict } from './verdict.ts'

/**
 * The one door, as the channels see it.
 *
 * Errors: a rejection means that nothing was stored and that the same document should come again.
 */
export interface DocumentIntake {
  take(document: IncomingDocument): Promise<IntakeVerdict>
}

/** How a verdict is told to whoever handed the document over: one line, whatever stood in it. */
export function verdictLine({ verdict, reason, code }: IntakeVerdict): string {
  const cause = [code, reason].filter(text => text !== undefined).join(': ')
  const line = cause === '' ? verdict : `${verdict}: ${cause}`
  return line.replaceAll(/[^\x20-\x7e]+/g, '?').slice(0, 300)
}
