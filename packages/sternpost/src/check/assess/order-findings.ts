import { type Finding, type FindingSubject, severities } from '../finding.ts'

/** Areas in the order in which mail is lost by them: first what stops all of it. */
const areas = [
  'domain',
  'dnssec',
  'dns',
  'mx',
  'smtp',
  'starttls',
  'dane',
  'mta-sts',
  'policy-host',
  'mx-certificate',
  'tls-rpt',
  'dmarc',
  'bimi',
]

/** Findings in the order of urgency: by severity, then by what loses mail first, then by name. */
export function orderFindings(findings: readonly Finding[]): readonly Finding[] {
  return findings
    .map(found => ({ found, key: keyOf(found) }))
    .sort((one, other) => compareKeys(one.key, other.key))
    .map(({ found }) => found)
}

/** The same for the same fault of the same thing. */
export function findingKey({ code, subject }: Finding): string {
  return `${code} ${JSON.stringify(subject)}`
}

/** A subject in a few words, the same for the same thing: for order and comparison. */
export function subjectKey(subject: FindingSubject): string {
  switch (subject.kind) {
    case 'domain':
      return subject.domain
    case 'record':
      return `${subject.name} ${subject.type}`
    case 'policy':
      return `policy ${subject.domain}`
    case 'policy-host':
    case 'mx-host':
      return `${subject.host} ${subject.address ?? ''}`.trim()
    case 'uri':
      return subject.uri
    case 'file':
      return subject.file
  }
}

type Key = readonly [severity: number, area: number, line: number, text: string]

function keyOf({ severity, code, subject }: Finding): Key {
  const area = areas.indexOf(code.split('/', 1)[0] ?? '')
  const line = 'line' in subject ? (subject.line ?? 0) : 0
  return [
    severities.indexOf(severity),
    area === -1 ? areas.length : area,
    line,
    `${subjectKey(subject)} ${code}`,
  ]
}

function compareKeys(one: Key, other: Key): number {
  for (const at of [0, 1, 2] as const) if (one[at] !== other[at]) return one[at] - other[at]
  return one[3] < other[3] ? -1 : one[3] > other[3] ? 1 : 0
}
