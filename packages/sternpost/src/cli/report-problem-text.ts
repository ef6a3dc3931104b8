import type { LikelyCause } from '@sternpost/protocol'
import type { FailureGroup } from '../reports-received/index.ts'
import { wrapText } from './text-layout.ts'

const causeWords = {
  'our-misconfiguration': 'a mistake on your side',
  'sender-problem': 'a problem of the sender',
  'possible-downgrade': 'somebody in between, who removes protection (a downgrade attack)',
  undecided: 'cannot be told from reports',
} as const satisfies Record<LikelyCause, string>

const MAX_NETWORKS = 5

/** Writes one kind of failure for people: what, where, who, when, why and what to do. */
export function problemLines(
  group: FailureGroup,
  words: { readonly head: string; readonly seen: string; readonly networks?: readonly string[] },
): string[] {
  const { diagnosis } = group
  const networks =
    words.networks ?? group.networks.flatMap(({ network }) => (network === undefined ? [] : [network]))
  return [
    ...wrapText(`${diagnosis.summary} (${group.resultType}, ${words.head})`, '  '),
    ...field('MX', group.mxHost === '' ? 'not told' : group.mxHost),
    ...field('Domain', `${group.domain === '' ? 'not told' : group.domain} (policy: ${group.policyType})`),
    ...field('From', networks.length === 0 ? 'not told' : listed(networks)),
    ...field('Seen', words.seen),
    ...field('Cause', causeText(diagnosis)),
    ...(group.mxMismatch === undefined ? [] : field('Policy', group.mxMismatch)),
    ...diagnosis.evidence.flatMap((sentence, index) => field(index === 0 ? 'Because' : '', sentence)),
    ...field('Doubt', diagnosis.doubt),
    ...field('Do', diagnosis.remedy),
    ...field('Code', diagnosis.findingCode),
  ]
}

function causeText({ confidence, likelyCause }: FailureGroup['diagnosis']): string {
  const words = causeWords[likelyCause]
  return confidence === 'unclear' ? words : `${confidence}: ${words}`
}

function listed(networks: readonly string[]): string {
  const more = networks.length - MAX_NETWORKS
  return `${networks.slice(0, MAX_NETWORKS).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

/** A name and its text, which goes on under itself. */
export function field(name: string, text: string): string[] {
  const indent = ' '.repeat(4 + NAME_WIDTH)
  const [first = '', ...others] = wrapText(text, indent)
  return [`    ${name.padEnd(NAME_WIDTH)}${first.slice(indent.length)}`, ...others]
}

const NAME_WIDTH = 9
