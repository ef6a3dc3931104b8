import type { ApiItem } from 'sternpost/api'

type Told = ApiItem<'GET /outbound/answers'>
export type Reply = Told['reply']
export type Rule = Told['rule']

/** What Postfix does with an answer. */
export const replyWords: Readonly<
  Record<Reply['kind'], { readonly word: string; readonly severity: 'ok' | 'warning' | 'unknown' | 'error' }>
> = {
  found: { word: 'protected', severity: 'ok' },
  'not-found': { word: 'no promise', severity: 'unknown' },
  temporary: { word: 'waits', severity: 'warning' },
  permanent: { word: 'refused', severity: 'error' },
}

/** An answer as Postfix's log or `postmap -q` would show it. */
export function replyText(reply: Reply): string {
  switch (reply.kind) {
    case 'found':
      return reply.data
    case 'not-found':
      return 'not found: Postfix goes by smtp_tls_security_level'
    case 'temporary':
      return `TEMP: Postfix keeps the mail and tries again (${reply.reason})`
    case 'permanent':
      return `PERM: ${reply.reason}`
  }
}

/** What each rule of the decision rests on. */
export const ruleClauses: Readonly<Record<Rule, { readonly words: string; readonly clause: string }>> = {
  'override-skip': { words: 'left out by an order of the operator', clause: 'outbound.overrides' },
  'override-minimum-level': {
    words: 'a least level by an order of the operator',
    clause: 'outbound.overrides',
  },
  'dane-complete': { words: 'DANE protects every way to it', clause: 'RFC 7672 §2.2' },
  'dane-unknown': { words: 'DANE cannot be told, so mail waits', clause: 'RFC 7672 §2.1' },
  'dane-partial': { words: 'DANE protects some of the ways to it', clause: 'RFC 7672 §2.2' },
  'mta-sts-enforce': { words: 'an MTA-STS policy in mode enforce', clause: 'RFC 8461 §5' },
  'mta-sts-testing': { words: 'an MTA-STS policy in mode testing', clause: 'RFC 8461 §5' },
  'mta-sts-none': { words: 'the domain took its policy back', clause: 'RFC 8461 §8.3' },
  'mta-sts-pending': { words: 'a policy is being fetched for the first time', clause: 'RFC 8461 §3.3' },
  'mta-sts-unavailable': { words: 'a policy is announced and cannot be fetched', clause: 'RFC 8461 §3.3' },
  'mta-sts-unknown': { words: 'whether there is a policy cannot be told', clause: 'RFC 8461 §10.2' },
  'no-policy': { words: 'the domain publishes no policy', clause: 'RFC 8461 §3.1' },
}

/** The clause that asks for each question of a lookup. */
export const stepClauses = {
  override: 'outbound.overrides',
  dane: 'RFC 7672 §2.2',
  announced: 'RFC 8461 §3.1',
  policy: 'RFC 8461 §3.3',
  mode: 'RFC 8461 §5',
} as const
