import type { Finding } from '../finding.ts'

/** What the first word of a code is called among people, in the order in which a message meets it. */
const areaNames: Readonly<Record<string, string>> = {
  domain: 'the domain',
  dns: 'DNS',
  dnssec: 'DNSSEC',
  mx: 'MX hosts',
  'mta-sts': 'MTA-STS',
  'policy-host': 'policy host',
  smtp: 'SMTP',
  starttls: 'STARTTLS',
  tls: 'TLS versions',
  'mx-certificate': 'MX certificates',
  dane: 'DANE',
  'tls-rpt': 'TLS reports',
  dmarc: 'DMARC',
  bimi: 'BIMI',
}

/** The areas where something was found good and nothing bad or unmeasured, by name. */
export function fineAreas(findings: readonly Finding[]): string[] {
  const areaOf = ({ code }: Finding) => code.split('/', 1)[0] ?? ''
  const troubled = new Set(
    findings.filter(({ severity }) => severity !== 'ok' && severity !== 'advice').map(areaOf),
  )
  const good = new Set(findings.filter(({ severity }) => severity === 'ok').map(areaOf))
  const known = Object.keys(areaNames)
  return [...known, ...[...good].filter(area => !known.includes(area)).sort()]
    .filter(area => good.has(area) && !troubled.has(area))
    .map(area => areaNames[area] ?? area)
}
