import type { IncomingDocument } from '../document.ts'
import type { DocumentIntake } from '../intake-document.ts'
import type { IntakeVerdict } from '../verdict.ts'

/** Stands at the end of a channel: remembers what came and answers as a test wants it. */
export class RecordingIntake implements DocumentIntake {
  readonly documents: IncomingDocument[] = []
  /** A verdict, or what `take` throws. */
  answer: IntakeVerdict | Error = { verdict: 'report', reports: [] }
  /** Waited for before each answer: the time until something is on disk. */
  gate: Promise<void> = Promise.resolve()

  get texts(): string[] {
    return this.documents.map(({ bytes }) => Buffer.from(bytes).toString())
  }

  async take(document: IncomingDocument): Promise<IntakeVerdict> {
    this.documents.push(document)
    await this.gate
    if (this.answer instanceof Error) throw this.answer
    return this.answer
  }
}

/** Waits until a check holds; tests say what they wait for, not how long it takes. */
export async function eventually(
  what: string,
  check: () => boolean | Promise<boolean>,
  limitMs = 15_000,
): Promise<void> {
  const until = performance.now() + limitMs
  while (!(await check())) {
    if (performance.now() > until) throw new Error(`waited in vain for ${what}`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}
