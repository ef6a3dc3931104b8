import type { DomainObservation, SeenMxHost } from '../observation.ts'
import type { CheckPart } from '../observed-parts.ts'

/** A part that began, or is done. */
export type PartStep = {
  readonly part: CheckPart
  /** What is looked at, for people: a name, a host. */
  readonly what: string
} & (
  | { readonly state: 'begun' }
  | {
      readonly state: 'done'
      /** Every part that is done by now. */
      readonly done: ReadonlySet<CheckPart>
      /** What was seen by now; what is not done is as if there were none of it. */
      readonly seen: DomainObservation
    }
)

type Seen = Pick<DomainObservation, 'mxHosts' | 'nameServers' | 'policyHost' | 'reportDestinations'>

/** Tells part by part what is seen of a domain, while it is looked at. */
export class ObservedParts {
  readonly #onStep: ((step: PartStep) => void) | undefined
  readonly #assemble: (seen: Seen) => DomainObservation
  readonly #done = new Set<CheckPart>()
  #seen: Seen = { mxHosts: [], nameServers: [], policyHost: null, reportDestinations: [] }

  /** `assemble` makes an observation of what was seen. */
  constructor(onStep: ((step: PartStep) => void) | undefined, assemble: (seen: Seen) => DomainObservation) {
    this.#onStep = onStep
    this.#assemble = assemble
  }

  /** Tells that a part begins and, when the work is done, what came of it. */
  async watch<T>(part: CheckPart, what: string, work: Promise<T>, keep: (result: T) => Partial<Seen>) {
    this.begin(part, what)
    const result = await work
    this.end(part, what, keep(result))
    return result
  }

  begin(part: CheckPart, what: string): void {
    this.#onStep?.({ part, what, state: 'begun' })
  }

  /** One host is done; the others may not be. */
  endHost(host: SeenMxHost): void {
    this.end('mx-host', host.mxHost, { mxHosts: [...this.#seen.mxHosts, host] })
  }

  end(part: CheckPart, what: string, more: Partial<Seen>): void {
    this.#seen = { ...this.#seen, ...more }
    this.#done.add(part)
    if (this.#onStep === undefined) return
    const seen = this.#assemble(this.#seen)
    this.#onStep({ part, what, state: 'done', done: new Set(this.#done), seen })
  }
}
