import { createLogger } from '../log/index.ts'
import { type CertificateState, createStateReader } from '../publish/index.ts'
import type { PublishDesk } from './domain-database.ts'
import { formatMoment } from './domain-text.ts'
import { plural, wrapText } from './text-layout.ts'

/** How the certificates of published domains stand, for a command. */
export function stateReader({ store, clock, config }: PublishDesk) {
  // What is wrong with files is told by the daemon, in its log.
  const log = createLogger({ level: 'silent', format: 'json' }, { isTerminal: false, color: false })
  return createStateReader({ store, clock, files: config.publish.certificates.files, log })
}

const INDENT = '  '

/** What is known of one certificate, in sentences that are set in. */
export function certificateLines(state: CertificateState, isOrdered: boolean): string[] {
  const { condition, origin, notAfter, daysLeft = 0, issuer, nextTryAt, failures, lastError } = state
  const from = origin === 'file' ? 'from a file' : `from ${issuer === '' ? 'an authority' : issuer}`
  const standing = {
    none: 'There is none yet.',
    valid: `Good until ${formatMoment(notAfter)}, ${plural(daysLeft, 'day')} from now, ${from}.`,
    expiring: `Good until ${formatMoment(notAfter)}, ${plural(daysLeft, 'day')} from now; it should have been renewed by now.`,
    expired: `Expired at ${formatMoment(notAfter)}: senders cannot fetch the policy (RFC 8461 §3.3).`,
  }[condition]
  const plan = !isOrdered
    ? origin === undefined
      ? ' None is ordered: publish.certificates.agreeTerms is not set.'
      : ''
    : nextTryAt === undefined
      ? ''
      : ` ${origin === undefined ? 'Tried next' : 'Renewed'} at ${formatMoment(nextTryAt)}.`
  return [
    ...wrapText(`${standing}${plan}`, INDENT),
    ...(lastError === undefined
      ? []
      : wrapText(
          `Tried in vain ${plural(failures, 'time')}, at ${formatMoment(lastError.at)}: ${lastError.message} [${lastError.code}]`,
          INDENT,
        )),
  ]
}
