/**
 * Ready replies by request, as bytes: the hot path asks nothing else.
 *
 * Requests and replies lie in one block of memory, the index in typed arrays: a hundred thousand entries cost
 * no objects and no garbage collection. The index is a set-associative cache (eight places to a bucket, the
 * longest unused place gives way); the block is filled in turns, segment by segment.
 */
export class ReplyTable {
  readonly #block: Buffer
  readonly #segmentBytes: number
  readonly #bucketMask: number
  readonly #hashes: Uint32Array
  readonly #domainHashes: Uint32Array
  readonly #offsets: Uint32Array
  /** 0 marks a free place. */
  readonly #requestLengths: Uint16Array
  readonly #replyLengths: Uint32Array
  readonly #validUntil: Float64Array
  readonly #usedAt: Uint32Array
  readonly #marks: Uint32Array
  /** Places of one policy domain as a list, so that forgetting it touches no others; -1 ends a list. */
  readonly #domainHeads: Int32Array
  readonly #nextOfDomain: Int32Array
  readonly #previousOfDomain: Int32Array
  readonly #onGiven: (mark: number, now: number) => void
  #tick = 0
  #segment = 0
  #segmentFill = 0

  /**
   * `bytes`: memory for requests and replies; the index takes about a quarter more. `onGiven` is told the mark of
   * each reply that is given.
   */
  constructor(bytes: number, onGiven: (mark: number, now: number) => void = () => {}) {
    this.#onGiven = onGiven
    this.#segmentBytes = Math.max(MIN_SEGMENT_BYTES, Math.floor(bytes / SEGMENTS))
    this.#block = Buffer.alloc(this.#segmentBytes * SEGMENTS)
    let buckets = 1
    while (buckets * PLACES * EXPECTED_ENTRY_BYTES < bytes) buckets *= 2
    this.#bucketMask = buckets - 1
    const places = buckets * PLACES
    this.#hashes = new Uint32Array(places)
    this.#domainHashes = new Uint32Array(places)
    this.#offsets = new Uint32Array(places)
    this.#requestLengths = new Uint16Array(places)
    this.#replyLengths = new Uint32Array(places)
    this.#validUntil = new Float64Array(places)
    this.#usedAt = new Uint32Array(places)
    this.#marks = new Uint32Array(places)
    this.#domainHeads = new Int32Array(buckets).fill(NO_PLACE)
    this.#nextOfDomain = new Int32Array(places)
    this.#previousOfDomain = new Int32Array(places)
  }

  /** The reply to the request `bytes[start, end)`, as a copy; undefined where there is none that still holds. */
  get(bytes: Uint8Array, start: number, end: number, now: number): Buffer | undefined {
    // An empty request has the length that marks a free place, and is never kept.
    if (start >= end) return undefined
    const place = this.#find(bytes, start, end, hashOf(bytes, start, end))
    if (place === NO_PLACE || now >= this.#validUntil[place]!) return undefined
    this.#tick += 1
    this.#usedAt[place] = this.#tick
    this.#onGiven(this.#marks[place]!, now)
    const from = this.#offsets[place]! + this.#requestLengths[place]!
    // A copy, because the socket may keep the bytes longer than this place keeps them.
    return Buffer.from(this.#block.subarray(from, from + this.#replyLengths[place]!))
  }

  /** Keeps a reply until `validUntil`, with a mark; what is too large to be worth its room is not kept. */
  set(request: Uint8Array, reply: Uint8Array, policyDomain: string, validUntil: number, mark = 0): void {
    const length = request.length + reply.length
    if (request.length === 0 || request.length > 0xffff) return
    const hash = hashOf(request, 0, request.length)
    const known = this.#find(request, 0, request.length, hash)
    // Freed first: whatever becomes of the new reply, the old one must not be given again.
    if (known !== NO_PLACE) this.#free(known)
    if (length > this.#segmentBytes / 4) return
    const offset = this.#room(length)
    this.#block.set(request, offset)
    this.#block.set(reply, offset + request.length)
    const place = known === NO_PLACE ? this.#placeFor(hash) : known
    this.#tick += 1
    this.#hashes[place] = hash
    this.#link(place, hashOfText(policyDomain))
    this.#offsets[place] = offset
    this.#requestLengths[place] = request.length
    this.#replyLengths[place] = reply.length
    this.#validUntil[place] = validUntil
    this.#marks[place] = mark
    this.#usedAt[place] = this.#tick
  }

  /** Throws away every reply that a policy domain had a part in. */
  forget(policyDomain: string): void {
    const hash = hashOfText(policyDomain)
    let place = this.#domainHeads[hash & this.#bucketMask]!
    while (place !== NO_PLACE) {
      const next = this.#nextOfDomain[place]!
      if (this.#domainHashes[place] === hash) this.#free(place)
      place = next
    }
  }

  clear(): void {
    this.#requestLengths.fill(0)
    this.#domainHeads.fill(NO_PLACE)
  }

  /** Replies kept now, whether they still hold or not. */
  get size(): number {
    let count = 0
    for (const length of this.#requestLengths) if (length !== 0) count += 1
    return count
  }

  #find(bytes: Uint8Array, start: number, end: number, hash: number): number {
    const first = (hash & this.#bucketMask) * PLACES
    for (let place = first; place < first + PLACES; place += 1) {
      if (this.#hashes[place] !== hash || this.#requestLengths[place] !== end - start) continue
      const offset = this.#offsets[place]!
      let at = start
      while (at < end && this.#block[offset + at - start] === bytes[at]) at += 1
      if (at === end) return place
    }
    return NO_PLACE
  }

  /** A free place; where there is none, the one unused longest is freed. */
  #placeFor(hash: number): number {
    const first = (hash & this.#bucketMask) * PLACES
    let oldest = first
    for (let place = first; place < first + PLACES; place += 1) {
      if (this.#requestLengths[place] === 0) return place
      if (this.#usedAt[place]! < this.#usedAt[oldest]!) oldest = place
    }
    this.#free(oldest)
    return oldest
  }

  #link(place: number, domainHash: number): void {
    const list = domainHash & this.#bucketMask
    const next = this.#domainHeads[list]!
    this.#domainHashes[place] = domainHash
    this.#nextOfDomain[place] = next
    this.#previousOfDomain[place] = NO_PLACE
    if (next !== NO_PLACE) this.#previousOfDomain[next] = place
    this.#domainHeads[list] = place
  }

  #free(place: number): void {
    const next = this.#nextOfDomain[place]!
    const previous = this.#previousOfDomain[place]!
    if (next !== NO_PLACE) this.#previousOfDomain[next] = previous
    if (previous === NO_PLACE) this.#domainHeads[this.#domainHashes[place]! & this.#bucketMask] = next
    else this.#nextOfDomain[previous] = next
    this.#requestLengths[place] = 0
  }

  #room(length: number): number {
    if (this.#segmentFill + length > this.#segmentBytes) {
      this.#segment = (this.#segment + 1) % SEGMENTS
      this.#segmentFill = 0
      this.#freeSegment()
    }
    const offset = this.#segment * this.#segmentBytes + this.#segmentFill
    this.#segmentFill += length
    return offset
  }

  #freeSegment(): void {
    const from = this.#segment * this.#segmentBytes
    const to = from + this.#segmentBytes
    for (let place = 0; place < this.#offsets.length; place += 1) {
      const offset = this.#offsets[place]!
      if (offset >= from && offset < to && this.#requestLengths[place] !== 0) this.#free(place)
    }
  }
}

const NO_PLACE = -1
const SEGMENTS = 16
const MIN_SEGMENT_BYTES = 4_096
const PLACES = 8
/** A request with its reply; decides how many places the index has. */
const EXPECTED_ENTRY_BYTES = 160

/** FNV-1a. Collisions cost a comparison, never a wrong reply: the request itself is compared. */
function hashOf(bytes: Uint8Array, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let at = start; at < end; at += 1) hash = Math.imul(hash ^ bytes[at]!, 0x01000193)
  // The low bits choose the bucket, so the high ones are folded in.
  return (hash ^ (hash >>> 15)) >>> 0
}

function hashOfText(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}
