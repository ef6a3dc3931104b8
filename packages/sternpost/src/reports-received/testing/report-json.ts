/** What a report of tests says; everything else is filled in. */
export interface ReportTraits {
  readonly organization?: string
  readonly reportId?: string
  /** `YYYY-MM-DD`. */
  readonly day?: string
  readonly domain?: string
  readonly policyType?: string
  readonly success?: number
  readonly failure?: number
  readonly resultType?: string
  readonly mxHost?: string
}

/** Writes a report as big senders do, with one failure detail where there are failures. */
export function reportJson(traits: ReportTraits = {}): string {
  const { day = '2026-10-31', domain = 'example.com', failure = 0 } = traits
  const mxHost = traits.mxHost ?? `mx.${domain}`
  return JSON.stringify({
    'organization-name': traits.organization ?? 'Sender Inc.',
    'date-range': { 'start-datetime': `${day}T00:00:00Z`, 'end-datetime': `${day}T23:59:59Z` },
    'contact-info': 'tls-reports@sender.example',
    'report-id': traits.reportId ?? `${day}T00:00:00Z_${domain}`,
    policies: [
      {
        policy: {
          'policy-type': traits.policyType ?? 'sts',
          'policy-string': ['version: STSv1', 'mode: enforce', `mx: mx.${domain}`, 'max_age: 604800'],
          'policy-domain': domain,
          'mx-host': [`mx.${domain}`],
        },
        summary: {
          'total-successful-session-count': traits.success ?? 10,
          'total-failure-session-count': failure,
        },
        'failure-details':
          failure === 0
            ? []
            : [
                {
                  'result-type': traits.resultType ?? 'certificate-expired',
                  'sending-mta-ip': '192.0.2.7',
                  'receiving-mx-hostname': mxHost,
                  'receiving-ip': '2001:db8::25',
                  'failed-session-count': failure,
                },
              ],
      },
    ],
  })
}
