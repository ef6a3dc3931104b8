import { countFindings, worstSeverity } from '../check-result.ts'
import type { Finding } from '../finding.ts'
import type { PresentedCheck } from '../present/index.ts'
import type { Delivery, SenderOutcome } from '../simulate/index.ts'

/** Text that tries every format: terminal escapes, script, bidirectional marks, Markdown, XML's forbidden characters. */
export const hostileTexts: readonly string[] = [
  '\u001b]0;owned\u0007\u001b[2J\u001b[31mred',
  '<script>alert(1)</script><img src=x onerror=alert(2)>',
  '"><svg onload=alert(3)>\'',
  'safe\u202egnp.exe\u2066\u200f',
  '`` ``` ` | a | b |\n| --- |\n# heading\n- [link](https://evil.example) ![x](https://evil.example/x.png)',
  ']]>\u0000\ufffe\uffff\ud800 &amp; &#0; <!ENTITY x "y">',
  'line one\r\nline two\u2028three\u0085four',
  '@everyone $x^2$ ~~gone~~ https://evil.example www.evil.example <https://evil.example>',
]

/** A finding like those a check makes, with one text wherever foreign text can stand. */
export function sampleFinding(text: string, more: Partial<Finding> = {}): Finding {
  return {
    code: 'mta-sts/mx-not-listed',
    severity: 'error',
    subject: { kind: 'mx-host', host: `mx2.${text}`, address: '192.0.2.25' },
    message: `The policy does not list mx2.${text}: senders that enforce it deliver nothing there.`,
    clause: 'RFC 8461 §4.1',
    evidence: [{ seen: text, source: '192.0.2.53:53', at: 0 }],
    remedy: {
      text: `Add mx2.${text} to the policy, then change the id in the record.`,
      replacements: [
        { kind: 'file', name: 'mta-sts.txt', text: `version: STSv1\r\nmx: ${text}\r\nmax_age: 604800\r\n` },
        {
          kind: 'dns-record',
          name: '_mta-sts.example.com',
          type: 'TXT',
          text: `_mta-sts 300 IN TXT "${text}"`,
        },
      ],
    },
    ...more,
  }
}

/** A check like `checkDomain` gives, of findings made by hand. */
export function sampleCheck(
  findings: readonly Finding[],
  more: Partial<PresentedCheck> = {},
): PresentedCheck {
  return {
    version: 1,
    domain: 'example.com',
    input: 'example.com',
    startedAt: Date.UTC(2026, 5, 1, 12),
    durationMs: 1234,
    observation: {
      vantage: { resolvers: ['192.0.2.53:53'], validates: true, port25: 'open', ipv6: 'works' },
    },
    findings,
    simulation: [],
    summary: countFindings(findings),
    worst: worstSeverity(findings),
    ...more,
  }
}

/** What a sender meets at some hosts. */
export function sampleOutcome(
  sender: SenderOutcome['sender'],
  hosts: Readonly<Record<string, Delivery>>,
  reason: string,
): SenderOutcome {
  const list = Object.entries(hosts)
  return {
    sender,
    delivery: list[0]?.[1] ?? 'unknown',
    reason,
    decision: { action: 'no-promise', rule: 'no-policy', reason },
    hosts: list.map(([mxHost, delivery], index) => ({
      mxHost,
      preference: 10 * (index + 1),
      delivery,
      reason,
      addresses: [{ address: '192.0.2.25', delivery, reason }],
    })),
  }
}
