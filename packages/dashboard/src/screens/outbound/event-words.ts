import type { ApiItem } from 'sternpost/api'

export type OutboundEvent = ApiItem<'GET /outbound/events'>

interface EventWords {
  readonly title: string
  /** What it means for mail. */
  readonly meaning: string
  /** Of signals: what to do. */
  readonly remedy?: string
}

/** Every kind of event in words of people. */
export const eventWords: Readonly<Record<OutboundEvent['kind'], EventWords>> = {
  'policy-found': {
    title: 'A policy was found',
    meaning: 'Mail to this domain is protected by its MTA-STS policy from now on.',
  },
  'policy-changed': {
    title: 'The policy changed',
    meaning: 'The domain published another policy; it is followed.',
  },
  'policy-weakened': {
    title: 'The policy protects less than before',
    meaning:
      'The domain published, over a verified connection, a policy that asks for less. The standard has it followed.',
    remedy:
      'Ask the operator of the domain by telephone, not by mail, whether that was meant. To hold the stricter policy, pin it by an override in the configuration (outbound.overrides).',
  },
  'record-removed': {
    title: 'The announcement of the policy is gone from DNS',
    meaning:
      'The policy that is known goes on protecting mail until its max_age ends. Somebody who can forge DNS answers could make this happen, so that no newer policy is found.',
    remedy:
      'Ask another resolver for the TXT record at _mta-sts and look whether it is there. If others see it, something between you and DNS removes it.',
  },
  'refresh-failing': {
    title: 'The policy cannot be fetched again',
    meaning:
      'The policy that is known goes on protecting mail until its max_age ends. If it stays so, the protection ends then.',
    remedy:
      'Look the domain up here: the steps tell what fails. Often its certificate has expired; then its operator should know.',
  },
  'policy-expired': {
    title: 'The policy has ended',
    meaning: 'Its max_age passed without a newer one: mail goes as if there had never been a policy.',
    remedy:
      'Look the domain up. If a policy is still announced but cannot be fetched, tell its operator; until then a minimum level can be set by an override (outbound.overrides).',
  },
}

/** What changed from one policy to the next, each a few words. */
export function policyDifferences(from: OutboundEvent['from'], to: OutboundEvent['to']): string[] {
  if (to === undefined) return []
  if (from === undefined)
    return [
      `policy ${to.policyId}`,
      `mode ${to.mode}`,
      `MX hosts ${listed(to.mx)}`,
      `max_age ${days(to.maxAgeSeconds)}`,
    ]
  const added = to.mx.filter(pattern => !from.mx.includes(pattern))
  const removed = from.mx.filter(pattern => !to.mx.includes(pattern))
  return [
    ...(from.policyId === to.policyId
      ? [`policy ${to.policyId}, whose id stayed the same`]
      : [`policy ${from.policyId} became ${to.policyId}`]),
    ...(from.mode === to.mode ? [] : [`mode ${from.mode} became ${to.mode}`]),
    ...(added.length === 0 ? [] : [`MX hosts added: ${listed(added)}`]),
    ...(removed.length === 0 ? [] : [`MX hosts removed: ${listed(removed)}`]),
    ...(from.maxAgeSeconds === to.maxAgeSeconds
      ? []
      : [`max_age ${days(from.maxAgeSeconds)} became ${days(to.maxAgeSeconds)}`]),
  ]
}

const SHOWN_PATTERNS = 6

function listed(patterns: readonly string[]): string {
  if (patterns.length === 0) return 'none'
  const more = patterns.length - SHOWN_PATTERNS
  return `${patterns.slice(0, SHOWN_PATTERNS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function days(seconds: number): string {
  if (seconds < 86_400) return `${seconds.toLocaleString('en')} seconds`
  const count = Math.round(seconds / 8_640) / 10
  return `${count.toLocaleString('en')} day${count === 1 ? '' : 's'}`
}
