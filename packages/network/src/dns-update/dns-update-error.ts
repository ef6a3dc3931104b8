/** Why a name server was not asked, did not answer, or did not do as it was told. */
export type DnsUpdateErrorKind =
  | 'unreachable'
  | 'timeout'
  | 'aborted'
  /** What came back is no answer. */
  | 'malformed'
  /** A name or value that no message can hold. */
  | 'unwritable'
  /** BADKEY: the server does not know the key by this name and algorithm. */
  | 'bad-key'
  /** BADSIG: the server has another secret under this name. */
  | 'bad-signature'
  /** BADTIME: the clocks of both sides are further apart than five minutes. */
  | 'bad-time'
  /** An answer that claims success, not signed or not signed by the key. */
  | 'reply-signature'
  /** The zone is not as the prerequisites say. */
  | 'prerequisite'
  /** NOTAUTH, or an answer without authority: the server does not have the zone. */
  | 'not-authoritative'
  /** REFUSED: the key may not do this, or nobody may. */
  | 'refused'
  /** SERVFAIL. */
  | 'server-failure'
  /** Any other response code. */
  | 'response-code'

/** Thrown by everything that speaks with a name server to change it. */
export class DnsUpdateError extends Error {
  override readonly name = 'DnsUpdateError'
  readonly kind: DnsUpdateErrorKind

  constructor(kind: DnsUpdateErrorKind, message: string) {
    super(message)
    this.kind = kind
  }
}
