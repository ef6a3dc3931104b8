/** What an operator can have done to a roll-out. */
export type OrderKind = 'advance' | 'hold' | 'rollback-testing' | 'rollback-none' | 'exit'

export interface OrderWords {
  /** On the button and as the title of the question. */
  readonly title: string
  /** What it does to mail, a sentence each. */
  readonly consequences: readonly string[]
  readonly color: 'green' | 'blue' | 'orange' | 'red'
}

/** What is known of a domain, as far as the words depend on it. */
export interface OrderSituation {
  readonly stage: string
  readonly maxAgeSeconds: number | undefined
  readonly enforceForgottenAt: string | null
}

/** Which orders make sense now, the one that leads on first; what is being published already leads on by itself. */
export function possibleOrders({ stage }: Pick<OrderSituation, 'stage'>, isPublishing: boolean): OrderKind[] {
  const orders = ordersAt(stage)
  return isPublishing && stage !== 'held' ? orders.filter(order => order !== 'advance') : orders
}

function ordersAt(stage: string): OrderKind[] {
  switch (stage) {
    case 'planned':
      return ['advance', 'hold']
    case 'published':
    case 'gathering':
    case 'ready':
      return ['advance', 'hold', 'rollback-none', 'exit']
    case 'enforced':
      return ['hold', 'rollback-testing', 'rollback-none', 'exit']
    case 'held':
      return ['advance', 'rollback-testing', 'rollback-none', 'exit']
    case 'none':
      return ['advance', 'exit']
    case 'removed':
      return ['advance']
    default:
      return []
  }
}

/** Says of an order what it does, before anybody confirms it. */
export function orderWords(kind: OrderKind, situation: OrderSituation): OrderWords {
  switch (kind) {
    case 'advance':
      return advanceWords(situation)
    case 'hold':
      return {
        title: 'Hold',
        color: 'orange',
        consequences: [
          'Nothing goes on by itself until somebody advances it.',
          'What is published stays in force: mail is delivered as before.',
        ],
      }
    case 'rollback-testing':
      return {
        title: 'Roll back to testing',
        color: 'orange',
        consequences: [
          'Senders are asked to deliver also where TLS fails, and to go on reporting.',
          cachesKeep(situation),
          'Automatic advance is switched off for this domain.',
        ],
      }
    case 'rollback-none':
      return {
        title: 'Switch off (mode none)',
        color: 'red',
        consequences: [
          'Senders are told that nothing is asked of them: an attacker can remove the encryption again.',
          cachesKeep(situation),
          'Automatic advance is switched off for this domain.',
        ],
      }
    case 'exit':
      return {
        title: 'Remove safely',
        color: 'red',
        consequences: [
          'First a policy of mode none is published, then it waits until no sender holds an older one, and only then are the record and the policy host taken away (RFC 8461 §8.3).',
          cachesKeep(situation),
          'Mail is then encrypted only where nobody interferes.',
        ],
      }
  }
}

function advanceWords({ stage, maxAgeSeconds }: OrderSituation): OrderWords {
  if (stage === 'held')
    return {
      title: 'Go on',
      color: 'blue',
      consequences: ['It goes on from where it was held, by itself where that is switched on.'],
    }
  if (stage === 'planned' || stage === 'none' || stage === 'removed')
    return {
      title: 'Publish in testing',
      color: 'blue',
      consequences: [
        'A policy in mode testing is served first, then its id is announced in DNS.',
        'No mail is stopped: senders deliver also where TLS fails, and report it.',
      ],
    }
  return {
    title: 'Enforce',
    color: 'green',
    consequences: [
      'Senders that know MTA-STS no longer deliver to an MX host without TLS, without a valid certificate or outside the policy: they keep the mail back and try again.',
      maxAgeSeconds === undefined
        ? 'Senders remember it for max_age.'
        : `Senders remember it for ${formatDays(maxAgeSeconds)}: a mistake holds that long for those who do not look again.`,
    ],
  }
}

function cachesKeep({ enforceForgottenAt }: OrderSituation): string {
  return enforceForgottenAt === null
    ? 'No sender holds a policy in mode enforce.'
    : `A sender that does not look again may hold the enforced policy until ${enforceForgottenAt.slice(0, 10)} (UTC).`
}

/** `7 days`; seconds where they are no whole days. */
export function formatDays(seconds: number): string {
  if (seconds % 86_400 !== 0) return `${seconds.toLocaleString('en')} seconds`
  const days = seconds / 86_400
  return days === 1 ? '1 day' : `${days.toLocaleString('en')} days`
}
