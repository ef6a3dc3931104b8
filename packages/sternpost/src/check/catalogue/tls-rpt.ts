import { type CheckRow, type FindingPage, lasting, passing } from './finding-page.ts'

export const tlsRptRows = {
  'tls-rpt/record-misplaced': {
    clause: 'RFC 8460 §3',
    ...lasting,
    severity: 'error',
    title: 'The TLSRPT record is at the wrong name',
    meaning: 'Senders look at `_smtp._tls.` and the domain. `_smtp-tlsrpt` was the name in an early draft.',
    remedy: 'Move it. In many DNS forms only `_smtp._tls` is to be entered.',
    example: '_smtp._tls.example.com. IN TXT "v=TLSRPTv1; rua=mailto:tlsrpt@example.com"',
  },
  'tls-rpt/rua-domain': {
    clause: 'RFC 8460 §3',
    ...lasting,
    severity: 'warning',
    title: 'Reports cannot reach their address',
    meaning:
      'The domain behind the @, or the host of the URL, does not exist or takes no mail. Reports are lost.',
    remedy: 'Correct the address.',
  },
  'tls-rpt/rua-same-fault': {
    clause: 'RFC 8460 §5.3',
    ...lasting,
    severity: 'warning',
    title: 'Reports go where the fault is',
    meaning:
      'The reports are mailed to the domain they are about. If TLS fails there, a sender that insists on TLS for reports too cannot tell you; the standard has it deliver all the same, not all do.',
    remedy: 'Add an https: address, or a mailbox at another domain.',
  },
  'tls-rpt/rua-https': {
    clause: 'RFC 8460 §5.4',
    ...passing,
    severity: 'warning',
    title: 'The https: address for reports does not work',
    meaning: 'The host does not resolve, has no valid certificate, or does not take POST. Reports are lost.',
    remedy: 'Try it with a report of your own.',
  },
  'tls-rpt/rua-outside': {
    clause: 'RFC 8460 §3',
    ...lasting,
    severity: 'advice',
    title: 'Reports go to another organization',
    meaning:
      'They tell which senders had trouble with your mail servers. That is fine with a processor you have chosen.',
    remedy: 'Remove the address if you do not know it.',
  },
  'tls-rpt/rua-insecure': {
    clause: 'RFC 8460 §7',
    ...lasting,
    severity: 'warning',
    title: 'The address for reports names something senders do not reach',
    meaning: 'It points at an IP address, at localhost or at a port that is seldom open.',
    remedy: 'Use a public host name.',
  },
  'tls-rpt/rua-placeholder': {
    clause: 'RFC 8460 §3',
    ...lasting,
    severity: 'error',
    title: 'The address of a template is still in the record',
    meaning: 'Reports go to an example address, and nobody reads them.',
    remedy: 'Put in your own address.',
  },
  'tls-rpt/rua-duplicate': {
    clause: 'RFC 8460 §3',
    ...lasting,
    severity: 'advice',
    title: 'An address for reports stands twice',
    meaning: 'Some senders send every report twice.',
    remedy: 'Remove one.',
  },
  'tls-rpt/rua-many': {
    clause: 'RFC 8460 §3',
    ...lasting,
    severity: 'advice',
    title: 'Many addresses for reports',
    meaning: 'Senders may pick one of them; large ones use no more than two.',
    remedy: 'Keep the one or two you read.',
  },
  'report/none': {
    clause: 'RFC 8460 §4',
    ...lasting,
    severity: 'error',
    title: 'There is no TLS report in the document',
    meaning: 'It holds something else: a DMARC report, a bounce, a web page, or text.',
    remedy: 'Give the file as it came: JSON, gzip, zip, or the whole mail.',
  },
  'tls-rpt/silent': {
    clause: 'RFC 8460 §4',
    ...lasting,
    severity: 'warning',
    title: 'No reports come in',
    meaning:
      'The record has been there for a week, and not even the large senders, who report daily, have sent one. Either no mail comes from them, or the reports do not arrive.',
    remedy: 'Look at the spam filter and the size limit of the mailbox.',
  },
  'tls-rpt/not-needed': {
    clause: 'RFC 8460 §1',
    ...lasting,
    severity: 'advice',
    title: 'TLS reports for a domain without mail',
    meaning: 'Nobody sends mail there, so nobody has anything to report.',
    remedy: 'Remove the record.',
  },
} as const satisfies Readonly<Record<string, CheckRow>>

/** Pages of what the record's parser reports. */
export const tlsRptRecordPages = {
  'tls-rpt/record-none': {
    title: 'There is no TLSRPT record',
    severity: 'advice',
    severityNote: 'a warning where MTA-STS or DANE is in use',
    meaning:
      'Nobody tells you when senders cannot deliver securely. You learn of it from people who miss mail.',
    remedy: 'Publish a record with an address you read, or with the one of Sternpost.',
    example: '_smtp._tls.example.com. IN TXT "v=TLSRPTv1; rua=mailto:tlsrpt@example.com"',
  },
  'tls-rpt/record-multiple': {
    title: 'More than one TLSRPT record',
    severity: 'error',
    meaning: 'Senders act as if there were none, and send no reports.',
    remedy: 'Keep one; it can name several addresses, with commas between.',
    example: '"v=TLSRPTv1; rua=mailto:a@example.com,https://example.net/v1/tlsrpt"',
  },
  'tls-rpt/record-version': {
    title: 'The record does not begin with v=TLSRPTv1',
    severity: 'error',
    meaning: 'Senders pass over it, and send no reports.',
    remedy: 'Let the text begin with v=TLSRPTv1; exactly so.',
  },
  'tls-rpt/record-almost': {
    title: 'Nearly a TLSRPT record',
    severity: 'error',
    meaning: 'The text is meant as a TLSRPT record, but a detail keeps senders from seeing it as one.',
    remedy: 'Write it as the example shows.',
    example: '_smtp._tls.example.com. IN TXT "v=TLSRPTv1; rua=mailto:tlsrpt@example.com"',
  },
  'tls-rpt/record-syntax': {
    title: 'A field of the record is malformed',
    severity: 'error',
    meaning:
      'A field is `name=value` without spaces around the equals sign. Strict senders ignore the record.',
    remedy: 'Remove or correct the field.',
  },
  'tls-rpt/record-rua-missing': {
    title: 'The record names no address for reports',
    severity: 'error',
    meaning: 'Without `rua` there is nowhere to send reports to.',
    remedy: 'Add `rua=mailto:…` or `rua=https://…`. The name is rua, not ruf or RUA.',
  },
  'tls-rpt/record-rua-uri': {
    title: 'An address for reports is no URI',
    severity: 'error',
    meaning:
      'An address begins with mailto: or https://. A bare mail address, `mailto://` or an empty place between commas is none; some senders crash on them, others skip them.',
    remedy: 'Write mailto: directly before the address.',
    example: 'rua=mailto:tlsrpt@example.com',
  },
  'tls-rpt/record-rua-scheme': {
    title: 'Reports cannot be sent over this scheme',
    severity: 'error',
    severityNote: 'a warning beside an address that works',
    meaning: 'Only mailto: and https: exist for reports. Senders ignore others, also http:.',
    remedy: 'Use one of the two.',
  },
  'tls-rpt/record-rua-character': {
    title: 'A character in an address must be encoded',
    severity: 'error',
    meaning:
      'Comma, exclamation mark and semicolon divide things in this record; inside an address they are written %2C, %21 and %3B. The size limit of DMARC (`!10m`) does not exist here.',
    remedy: 'Encode the character, or take the limit out.',
  },
  'tls-rpt/record-rua-repeated': {
    title: 'Two rua fields',
    severity: 'warning',
    meaning: 'The grammar allows it, but many senders read only one of them.',
    remedy: 'Put all addresses into one field, with commas between.',
  },
  'tls-rpt/record-unknown-field': {
    title: 'An unknown field',
    severity: 'advice',
    meaning: 'Senders ignore it. `ruf` and other tags of DMARC have no meaning here.',
    remedy: 'Remove it, if it is not an extension you know of.',
  },
  'tls-rpt/record-delimiter-space': {
    title: 'A space before the first semicolon',
    severity: 'warning',
    meaning:
      'The grammar allows it, but the text has records discarded that do not begin with v=TLSRPTv1; and some senders do.',
    remedy: 'Remove the space.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>
