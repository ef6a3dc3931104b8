import type { Clock } from '../base/index.ts'
import { AccessError } from './access-error.ts'
import { createSecret, isSameSecret } from './secrets.ts'

/** How long a link holds; the next start of the daemon prints a new one. */
export const SETUP_LINK_SECONDS = 86_400

/** The one link by which the first admin is made; it lives in memory alone. */
export class SetupLink {
  readonly #clock: Clock
  readonly #secret = createSecret()
  readonly #madeAt: number
  #isUsed = false

  constructor(clock: Clock) {
    this.#clock = clock
    this.#madeAt = clock.now()
  }

  /** Path and fragment; the fragment is never sent, so no log of a proxy has it. */
  get path(): string {
    return `/setup#${this.#secret}`
  }

  /** Errors: `access/setup-link` where the token is not the one of the link, or the link is spent. */
  check(token: string): void {
    if (this.#isUsed || this.#clock.now() - this.#madeAt >= SETUP_LINK_SECONDS * 1000)
      throw new AccessError(
        'access/setup-link',
        'the setup link is spent; start the daemon again for a new one, or run: sternpost user add NAME --role admin',
      )
    if (!isSameSecret(token, this.#secret))
      throw new AccessError('access/setup-link', 'this is not the setup link that was printed last')
  }

  spend(): void {
    this.#isUsed = true
  }
}
