import type { IncomingDocument, UnpackLimits } from '../../document.ts'

export const testLimits: UnpackLimits = {
  documentBytes: 20 * 1024 * 1024,
  unpackedBytes: 32 * 1024 * 1024,
  ratio: 200,
  members: 1000,
  nesting: 3,
}

/** A report about `domain` as RFC 8460 Appendix B shows one. */
export function sampleReport(domain = 'example.org', reportId = `2026-01-01T00:00:00Z_${domain}`): string {
  return JSON.stringify(
    {
      'organization-name': 'Example Inc.',
      'date-range': {
        'start-datetime': '2026-01-01T00:00:00Z',
        'end-datetime': '2026-01-01T23:59:59Z',
      },
      'contact-info': 'smtp-tls-reporting@example.com',
      'report-id': reportId,
      policies: [
        {
          policy: {
            'policy-type': 'sts',
            'policy-string': ['version: STSv1', 'mode: testing', `mx: mx.${domain}`, 'max_age: 86400'],
            'policy-domain': domain,
            'mx-host': [`mx.${domain}`],
          },
          summary: { 'total-successful-session-count': 5326, 'total-failure-session-count': 303 },
          'failure-details': [
            {
              'result-type': 'certificate-expired',
              'sending-mta-ip': '2001:db8:abcd:12::1',
              'receiving-mx-hostname': `mx.${domain}`,
              'failed-session-count': 303,
            },
          ],
        },
      ],
    },
    undefined,
    1,
  )
}

export function asDocument(
  bytes: Uint8Array | string,
  more: Partial<IncomingDocument> = {},
): IncomingDocument {
  return { channel: 'import', bytes: Buffer.from(bytes), receivedAt: 0, ...more }
}

export interface PartPlan {
  readonly type: string
  readonly body: Uint8Array | string
  readonly encoding?: 'base64' | 'quoted-printable'
  readonly fileName?: string
}

/** Writes a mail with the parts given, with the line ends of SMTP. */
export function buildMail(parts: readonly PartPlan[], headers: readonly string[] = []): Buffer {
  const chunks = [
    ['From: noreply@example.com', 'To: tls@example.org', 'MIME-Version: 1.0', ...headers].join('\r\n'),
    '\r\nContent-Type: multipart/report; report-type=tlsrpt;\r\n boundary="=_b1"\r\n\r\nMIME.\r\n',
    ...parts.flatMap(part => ['--=_b1\r\n', formatPart(part), '\r\n']),
    '--=_b1--\r\n',
  ]
  return Buffer.concat(chunks.map(chunk => Buffer.from(chunk)))
}

/** Headers and body of one part. */
export function formatPart(part: PartPlan): Buffer {
  const headers = [`Content-Type: ${part.type}`]
  if (part.encoding !== undefined) headers.push(`Content-Transfer-Encoding: ${part.encoding}`)
  if (part.fileName !== undefined) {
    headers.push(`Content-Disposition: attachment;\r\n\tfilename="${part.fileName}"`)
  }
  return Buffer.concat([Buffer.from(`${headers.join('\r\n')}\r\n\r\n`), encode(part)])
}

function encode({ body, encoding }: PartPlan): Buffer {
  const bytes = Buffer.from(body)
  if (encoding === 'base64') return Buffer.from(bytes.toString('base64').replace(/.{76}/g, '$&\r\n'))
  if (encoding === undefined) return bytes
  const hex = (byte: number) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`
  const text = [...bytes].map(byte =>
    byte > 0x20 && byte < 0x7f && byte !== 0x3d ? String.fromCharCode(byte) : hex(byte),
  )
  const lines: string[] = []
  for (let at = 0; at < text.length; at += 24) lines.push(text.slice(at, at + 24).join(''))
  return Buffer.from(lines.join('=\r\n'))
}
