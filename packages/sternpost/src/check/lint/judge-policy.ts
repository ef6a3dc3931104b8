import {
  formatMxHostPattern,
  type MtaStsPolicyInspection,
  type MxHostPattern,
  type PolicyLine,
  parseMxHostPattern,
  quote,
} from '@sternpost/protocol'
import { getDomain, getPublicSuffix, parse } from 'tldts'
import { type FindingDetails, finding, type TabledCode } from '../catalogue/index.ts'
import type { Finding } from '../finding.ts'
import type { PolicySubject } from './assess-policy-text.ts'
import { hasTemplateMarks, isPlaceholder } from './foreign-text.ts'

const DAY = 86_400
/** Below this an attacker who hides the record for a while gets through (RFC 8461 §10.2 speaks of weeks). */
const SHORT_IN_ENFORCE = 14 * DAY
/** While testing a policy should be forgotten soon. */
const LONG_IN_TESTING = 90 * DAY
const LONG_IN_NONE = 8 * DAY
/** So many patterns of a policy are judged; a hostile file has thousands. */
const MAX_JUDGED = 200

/** What experience says of a policy beyond its grammar, also where it is refused for something else. */
export function judgePolicy(
  lines: readonly PolicyLine[],
  policy: MtaStsPolicyInspection,
  subject: PolicySubject,
): Finding<TabledCode>[] {
  const at = (code: TabledCode, line: PolicyLine | undefined, details: Omit<FindingDetails, 'subject'>) =>
    finding(code, { ...details, subject: placed(subject, line) })
  return [
    ...lineEnds(lines).map(message => at('mta-sts/policy-line-ends', undefined, { message })),
    ...placeholders(lines, at),
    ...ages(lines, policy, at),
    ...patterns(lines, at),
  ]
}

type At = (
  code: TabledCode,
  line: PolicyLine | undefined,
  details: Omit<FindingDetails, 'subject'>,
) => Finding<TabledCode>

function placed(subject: PolicySubject, line: PolicyLine | undefined): PolicySubject {
  return line === undefined ? subject : { ...subject, line: line.number, column: line.valueColumn }
}

function lineEnds(lines: readonly PolicyLine[]): string[] {
  const crLf = lines.filter(({ end }) => end === '\r\n').length
  const lf = lines.filter(({ end }) => end === '\n').length
  if (crLf === 0 || lf === 0) return []
  return [`${crLf} lines end with CR LF and ${lf} with LF alone; both are allowed (RFC 8461 §3.2)`]
}

/** The hosts of RFC 8461's own example, all of which together nobody has. */
const rfcExample = ['mail.example.com', '*.example.net', 'backupmx.example.com']

function placeholders(lines: readonly PolicyLine[], at: At): Finding<TabledCode>[] {
  const values = lines.filter(({ value }) => value !== undefined && value !== '').slice(0, MAX_JUDGED)
  const marked = values.find(({ value = '' }) => hasTemplateMarks(value) || isPlaceholder(value))
  if (marked !== undefined) {
    const message = `${quote(marked.value ?? '')} is the text of a template; put in what is meant (RFC 8461 §3.2)`
    return [at('mta-sts/policy-placeholder', marked, { message })]
  }
  const mx = values.filter(({ key }) => key === 'mx')
  if (!rfcExample.every(host => mx.some(({ value }) => value === host))) return []
  const message =
    'the mx lines are those of the example in RFC 8461; put in your own MX hosts (RFC 8461 §3.2)'
  return [at('mta-sts/policy-placeholder', mx[0], { message, severity: 'warning' })]
}

function ages(lines: readonly PolicyLine[], policy: MtaStsPolicyInspection, at: At): Finding<TabledCode>[] {
  const { mode, maxAgeSeconds } = policy
  if (mode === undefined || maxAgeSeconds === undefined) return []
  const modeLine = lines.find(({ key }) => key === 'mode')
  const ageLine = lines.find(({ key }) => key === 'max_age')
  const age = `max_age ${maxAgeSeconds} (${formatSpan(maxAgeSeconds)})`
  if (mode === 'none') {
    const message =
      'mode none: senders neither enforce nor test; caches forget older policies at the end of their max_age (RFC 8461 §8.3)'
    const long = `${age} is long for mode none: whoever wants MTA-STS back waits for it (RFC 8461 §8.3)`
    return [
      at('mta-sts/policy-mode-none', modeLine, { message }),
      ...(maxAgeSeconds > LONG_IN_NONE
        ? [at('mta-sts/policy-max-age-long', ageLine, { message: long, severity: 'advice' })]
        : []),
    ]
  }
  if (maxAgeSeconds < DAY) {
    const message = `${age} is less than a day; some senders do not keep such a policy at all (RFC 8461 §3.2, §10.2)`
    return [at('mta-sts/policy-max-age-short', ageLine, { message })]
  }
  if (mode === 'enforce' && maxAgeSeconds < SHORT_IN_ENFORCE) {
    const message = `${age} is less than two weeks; a longer one protects better against somebody who hides the record (RFC 8461 §10.2)`
    return [at('mta-sts/policy-max-age-short', ageLine, { message, severity: 'advice' })]
  }
  if (mode === 'testing' && maxAgeSeconds > LONG_IN_TESTING) {
    const message = `${age} is long for mode testing: a mistake stays with senders that long (RFC 8461 §8.3)`
    return [at('mta-sts/policy-max-age-long', ageLine, { message })]
  }
  return []
}

function patterns(lines: readonly PolicyLine[], at: At): Finding<TabledCode>[] {
  const found: Finding<TabledCode>[] = []
  const seen = new Map<string, number>()
  for (const line of lines.filter(({ key }) => key === 'mx').slice(0, MAX_JUDGED)) {
    const parsed = parseMxHostPattern(line.value ?? '')
    if (!parsed.ok) continue
    const text = formatMxHostPattern(parsed.value)
    const first = seen.get(text)
    if (first !== undefined) {
      const message = `mx ${quote(text)} stands in line ${first} already (RFC 8461 §3.2)`
      found.push(at('mta-sts/policy-mx-duplicate', line, { message }))
      continue
    }
    seen.set(text, line.number)
    const broad = broadness(parsed.value)
    if (broad !== undefined) found.push(at('mta-sts/policy-mx-broad', line, { ...broad }))
    if (text.includes('_')) {
      const message = `mx ${quote(text)} has an underscore, which the grammar does not (RFC 5321 §4.1.2); most senders match it all the same`
      found.push(at('mta-sts/policy-mx', line, { message, severity: 'warning' }))
    }
  }
  return found
}

/** How far a wildcard reaches beyond one organization: over a registry's names, or over a provider's customers. */
function broadness({
  wildcard,
  name,
}: MxHostPattern): Pick<FindingDetails, 'message' | 'severity'> | undefined {
  if (!wildcard) return undefined
  const isIcann = getPublicSuffix(name) === name && (parse(name).isIcann === true || !name.includes('.'))
  if (isIcann) {
    const message = `mx ${quote(`*.${name}`)} allows every name directly under ${name}, whoever owns it (RFC 8461 §10.4)`
    return { message, severity: 'warning' }
  }
  if (getDomain(name, { allowPrivateDomains: true }) !== null) return undefined
  const message = `mx ${quote(`*.${name}`)} covers the names of all customers of ${name} (RFC 8461 §10.4)`
  return { message, severity: 'advice' }
}

function formatSpan(seconds: number): string {
  const units = [
    [DAY, 'day'],
    [3600, 'hour'],
    [60, 'minute'],
  ] as const
  const [size, unit] = units.find(([size]) => seconds >= size) ?? ([1, 'second'] as const)
  const count = Math.round((10 * seconds) / size) / 10
  return `${count} ${unit}${count === 1 ? '' : 's'}`
}
