import type { Decision, SocketmapReply } from '@sternpost/protocol'
import type { Clock } from '../base/index.ts'

/** What Postfix was told about one next hop. Times in milliseconds since 1970. */
export interface ToldAnswer {
  /** In its canonical form. */
  readonly nextHop: string
  readonly rule: Decision['rule']
  readonly action: Decision['action']
  readonly reason: string
  /** What it was told, or in a dry run would have been. */
  readonly reply: SocketmapReply
  readonly dryRun: boolean
  /** When this answer was worked out. */
  readonly decidedAt: number
  readonly lastAskedAt: number
  /** How often it was asked for since `countedSince`. */
  readonly count: number
  readonly countedSince: number
}

/** How many answers of each kind were given since the start. */
export type AnswerCounts = Readonly<Record<SocketmapReply['kind'], number>>

/** Next hops that are remembered; a power of two. */
const SLOTS = 4_096
/** How many slots are looked at for the one that was asked for the longest ago. */
const CANDIDATES = 8
const KINDS = ['found', 'not-found', 'temporary', 'permanent'] as const satisfies SocketmapReply['kind'][]

type Told = Omit<ToldAnswer, 'lastAskedAt' | 'count'>

/**
 * Remembers what was told about the next hops asked for most recently, and counts.
 *
 * The hot path does no more than add to numbers in typed arrays: a ready reply carries a mark, which says where.
 * A mark holds slot, turn and kind of reply in 32 bits; when a slot is given to another next hop the turn goes
 * up, so that replies made for the old one no longer count there.
 */
export class AnswerLog {
  readonly #clock: Pick<Clock, 'now'>
  readonly #told: (Told | undefined)[] = new Array(SLOTS)
  readonly #slotOf = new Map<string, number>()
  readonly #turns = new Uint32Array(SLOTS)
  readonly #counts = new Float64Array(SLOTS)
  readonly #askedAt = new Float64Array(SLOTS)
  readonly #kinds = new Float64Array(KINDS.length)
  #hand = 0

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock
  }

  /** Notes an answer that was worked out. @returns the mark for the ready reply made of it. */
  note(answer: Pick<Told, 'nextHop' | 'rule' | 'action' | 'reason' | 'reply' | 'dryRun'>): number {
    const now = this.#clock.now()
    const slot = this.#slotOf.get(answer.nextHop) ?? this.#newSlot(answer.nextHop)
    const countedSince = this.#told[slot]?.countedSince ?? now
    this.#told[slot] = { ...answer, decidedAt: now, countedSince }
    const kind = KINDS.indexOf(answer.dryRun ? 'not-found' : answer.reply.kind)
    const mark = ((this.#turns[slot]! * SLOTS + slot) * KINDS.length + kind) >>> 0
    this.count(mark, now)
    return mark
  }

  /** Counts a reply that was given; called for every request. */
  count(mark: number, now: number): void {
    const kind = mark & (KINDS.length - 1)
    this.#kinds[kind]! += 1
    const slot = (mark >>> 2) & (SLOTS - 1)
    if (mark >>> 14 !== this.#turns[slot]) return
    this.#counts[slot]! += 1
    this.#askedAt[slot] = now
  }

  /** Since the start, those of forgotten next hops included. */
  get counts(): AnswerCounts {
    return Object.fromEntries(KINDS.map((kind, at) => [kind, this.#kinds[at]])) as AnswerCounts
  }

  /** Every next hop remembered, in no order. */
  list(): ToldAnswer[] {
    return [...this.#slotOf.values()].flatMap(slot => {
      const told = this.#told[slot]
      return told === undefined
        ? []
        : [{ ...told, lastAskedAt: this.#askedAt[slot]!, count: this.#counts[slot]! }]
    })
  }

  /** What is remembered of one next hop. */
  find(nextHop: string): ToldAnswer | undefined {
    const slot = this.#slotOf.get(nextHop)
    const told = slot === undefined ? undefined : this.#told[slot]
    return slot === undefined || told === undefined
      ? undefined
      : { ...told, lastAskedAt: this.#askedAt[slot]!, count: this.#counts[slot]! }
  }

  /** A slot for a next hop that has none: a free one, or that of the one asked for the longest ago of a few. */
  #newSlot(nextHop: string): number {
    let slot = this.#hand
    for (let step = 0; step < CANDIDATES; step += 1) {
      const candidate = (this.#hand + step) & (SLOTS - 1)
      if (this.#askedAt[candidate]! < this.#askedAt[slot]!) slot = candidate
    }
    this.#hand = (this.#hand + CANDIDATES) & (SLOTS - 1)
    const old = this.#told[slot]
    if (old !== undefined) {
      this.#slotOf.delete(old.nextHop)
      this.#turns[slot] = (this.#turns[slot]! + 1) & MAX_TURN
    }
    this.#told[slot] = undefined
    this.#counts[slot] = 0
    this.#slotOf.set(nextHop, slot)
    return slot
  }
}

/** What of a mark is left for the turn: 32 bits without two of the kind and twelve of the slot. */
const MAX_TURN = 2 ** 18 - 1
