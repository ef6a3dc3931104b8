import type { FindingSubject } from '../finding.ts'

/** Says in a few words what a finding is about; foreign text is unescaped. */
export function describeSubject(subject: FindingSubject): string {
  switch (subject.kind) {
    case 'domain':
      return subject.domain
    case 'record':
      return `${subject.name} ${subject.type}${place(undefined, subject.column)}`
    case 'policy':
      return `policy of ${subject.domain}${place(subject.line, subject.column)}`
    case 'policy-host':
    case 'mx-host':
      return subject.address === undefined ? subject.host : `${subject.host} [${subject.address}]`
    case 'uri':
      return subject.uri
    case 'file':
      return `${subject.file}${place(subject.line, subject.column)}`
  }
}

function place(line: number | undefined, column: number | undefined): string {
  const parts = [
    ...(line === undefined ? [] : [`line ${line}`]),
    ...(column === undefined ? [] : [`column ${column}`]),
  ]
  return parts.length === 0 ? '' : `, ${parts.join(', ')}`
}
