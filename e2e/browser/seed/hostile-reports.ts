/** What a stranger may write where words are expected; each would harm a page that trusted it. */
export const hostileTexts = {
  script: `<script>globalThis.harmed = 'a script ran'</script>`,
  handler: `"><img src=x onerror="globalThis.harmed = 'a handler ran'"><svg onload="globalThis.harmed = 'svg'">`,
  url: `javascript:globalThis.harmed='a URL ran'`,
  attribute: `' onmouseover='globalThis.harmed=1' style='position:fixed;inset:0`,
  word: 'a'.repeat(10_000),
  turned: '\u202eelpmaxe.elpa\u202c \u2066\u200f\u061cabc\u2069\u202d',
  emoji: '👩🏽‍🚀'.repeat(300),
  zalgo: `Z${'\u0351\u0323'.repeat(400)}`,
  control: 'nul \u0000 bell \u0007 escape \u001b[31mred\u001b[0m delete \u007f line\r\nbreak\ttab',
  template: '{{constructor.constructor("globalThis.harmed=1")()}} #{globalThis.harmed=1} %s %n &lt;b&gt;',
  lone: '\ud800 a lone surrogate \udfff',
} as const

/** Ten megabytes in one word: as much as a report may hold at most is less than three times this. */
const HUGE = 'x'.repeat(10_000_000)

/** A report for each hostile text, with it everywhere a text may stand. */
export function hostileReports(domain: string, day: string): string[] {
  const texts = [...Object.values(hostileTexts), HUGE]
  return texts.map((text, index) => {
    const isHuge = text === HUGE
    return JSON.stringify({
      'organization-name': isHuge ? 'Huge' : text,
      'date-range': { 'start-datetime': `${day}T00:00:00Z`, 'end-datetime': `${day}T23:59:59Z` },
      'contact-info': isHuge ? 'huge@huge.example' : text,
      'report-id': `${index} ${isHuge ? 'huge' : text}`,
      policies: [
        {
          policy: {
            'policy-type': 'sts',
            'policy-string': isHuge ? ['version: STSv1'] : ['version: STSv1', 'mode: enforce', text],
            'policy-domain': domain,
            'mx-host': isHuge ? [`mx.${domain}`] : [text],
          },
          summary: { 'total-successful-session-count': 10, 'total-failure-session-count': 6 },
          'failure-details': [
            {
              'result-type': 'certificate-host-mismatch',
              'failed-session-count': 3,
              'sending-mta-ip': isHuge ? '192.0.2.1' : text,
              'receiving-mx-hostname': isHuge ? `mx.${domain}` : text,
              'receiving-mx-helo': isHuge ? `mx.${domain}` : text,
              'failure-reason-code': isHuge ? 'huge' : text,
              'additional-information': text,
            },
            { 'result-type': isHuge ? 'validation-failure' : text, 'failed-session-count': 3 },
          ],
        },
      ],
    })
  })
}
