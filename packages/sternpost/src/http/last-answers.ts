import type { ServerResponse } from 'node:http'

/** Knows which requests are not answered, so that a server ends after what it has begun. */
export class LastAnswers {
  readonly #underWay = new Set<ServerResponse>()
  #isEnding = false
  #onAnswer = () => {}

  /** Takes note of a request; false where it comes too late. */
  add(response: ServerResponse): boolean {
    if (this.#isEnding) return false
    this.#underWay.add(response)
    response.once('close', () => {
      this.#underWay.delete(response)
      this.#onAnswer()
    })
    return true
  }

  /** Takes no more, and waits until each has its answer, or at least the beginning of one that has no end. */
  async wait(limitMs: number): Promise<void> {
    this.#isEnding = true
    let isOver = false
    const timer = setTimeout(() => {
      isOver = true
      this.#onAnswer()
    }, limitMs)
    while (!isOver && [...this.#underWay].some(({ headersSent }) => !headersSent))
      await new Promise<void>(resolve => {
        this.#onAnswer = resolve
      })
    clearTimeout(timer)
  }
}
