import type { Delivery, SenderProfileName } from '../simulate/index.ts'
import type { PresentedCheck } from './presented-check.ts'

export const senderTitle: Readonly<Record<SenderProfileName, string>> = {
  opportunistic: 'opportunistic',
  'mta-sts-only': 'MTA-STS only',
  'dane-first': 'DANE first',
  both: 'both',
}

export const deliveryWord: Readonly<Record<Delivery, string>> = {
  'delivered-verified': 'verified',
  'delivered-unprotected': 'unprotected',
  deferred: 'waits',
  refused: 'refused',
  unknown: 'unknown',
}

/** What the words of the table mean, for a line below it. */
export const deliveryLegend =
  'verified: over TLS, to a host that proved its name. unprotected: somebody on the line could read or change it. waits: in the queue, until it comes back to the sender.'

/**
 * "Would it arrive?": a row for each MX host, a column for each sender, and what each sender meets in the end.
 *
 * Shape: `rows` all have as many cells as `senders`; host names are unescaped.
 */
export interface DeliveryTable {
  readonly senders: readonly SenderProfileName[]
  readonly rows: readonly { readonly mxHost: string; readonly cells: readonly Delivery[] }[]
  readonly inTheEnd: readonly Delivery[]
  /** Why not every message goes out verified, senders with the same reason together. */
  readonly reasons: readonly { readonly senders: readonly SenderProfileName[]; readonly reason: string }[]
}

/** Puts the simulation of a check into a table; undefined where nothing was simulated. */
export function deliveryTable({ simulation }: PresentedCheck): DeliveryTable | undefined {
  const [first] = simulation
  if (first === undefined) return undefined
  const reasons = new Map<string, SenderProfileName[]>()
  for (const { sender, delivery, reason } of simulation) {
    if (delivery === 'delivered-verified') continue
    const others = reasons.get(reason)
    if (others === undefined) reasons.set(reason, [sender])
    else others.push(sender)
  }
  return {
    senders: simulation.map(({ sender }) => sender),
    rows: first.hosts.map(({ mxHost }) => ({
      mxHost,
      cells: simulation.map(
        ({ hosts }) => hosts.find(host => host.mxHost === mxHost)?.delivery ?? ('unknown' as const),
      ),
    })),
    inTheEnd: simulation.map(({ delivery }) => delivery),
    reasons: [...reasons].map(([reason, senders]) => ({ senders, reason })),
  }
}
