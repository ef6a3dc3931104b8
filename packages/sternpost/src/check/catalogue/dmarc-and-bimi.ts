import { type CheckRow, type FindingPage, lasting, passing } from './finding-page.ts'

export const dmarcAndBimiRows = {
  'dmarc/not-enforced': {
    clause: 'BIMI draft §8.1',
    ...lasting,
    severity: 'error',
    severityNote: 'advice where there is no BIMI record',
    title: 'DMARC is not enforced',
    meaning:
      'The policy is none, at the domain itself or at its organizational domain. Receivers do not show a BIMI indicator then, and mail that pretends to come from the domain is delivered.',
    remedy: 'When the DMARC reports show that your own mail passes, go to p=quarantine and then to p=reject.',
    example: '_dmarc.example.com. IN TXT "v=DMARC1; p=quarantine; rua=mailto:dmarc@example.com"',
  },
  'dmarc/subdomains-not-enforced': {
    clause: 'BIMI draft §8.1',
    ...lasting,
    severity: 'error',
    title: 'DMARC exempts subdomains (sp=none)',
    meaning: 'With sp=none, at the domain or at its organizational domain, receivers show no BIMI indicator.',
    remedy: 'Remove sp, or set it to quarantine or reject.',
  },
  'dmarc/partial': {
    clause: 'BIMI draft §8.1',
    ...lasting,
    severity: 'error',
    severityNote: 'advice with p=reject',
    title: 'DMARC is applied to a part of the mail (pct)',
    meaning: 'With p=quarantine and pct below 100 receivers show no BIMI indicator.',
    remedy: 'Remove pct.',
  },
  'dmarc/testing': {
    clause: 'RFC 9989 §4.7',
    ...lasting,
    severity: 'error',
    severityNote: 'a warning with p=reject',
    title: 'DMARC is in test mode (t=y)',
    meaning: 'With t=y receivers apply one step less: quarantine becomes none, reject becomes quarantine.',
    remedy: 'Remove t=y when the reports look right.',
  },
  'dmarc/organizational-domain': {
    clause: 'RFC 9989 §4.10',
    ...lasting,
    severity: 'advice',
    title: 'Old and new receivers see another organizational domain',
    meaning:
      'Receivers after RFC 9989 walk up the DNS tree, older ones use the public suffix list. Here they come to different domains, and so to different policies.',
    remedy: 'Publish a DMARC record with psd=n at the domain that shall be the organizational one.',
  },
  'bimi/declined': {
    clause: 'BIMI draft §5.3.1',
    ...lasting,
    severity: 'advice',
    title: 'The domain declines BIMI',
    meaning: 'l= and a= are empty: no indicator is to be shown for this domain or selector.',
    remedy: 'Nothing, if that is what you want.',
  },
  'bimi/evidence-none': {
    clause: 'BIMI draft §5.3',
    ...lasting,
    severity: 'advice',
    title: 'No mark certificate',
    meaning:
      'Gmail and Apple show an indicator only with a mark certificate (a=). Others, such as Yahoo, do without.',
    remedy: 'Get a VMC, or a CMC where the mark is not registered, if these receivers matter to you.',
  },
  'bimi/indicator-fetch': {
    clause: 'BIMI draft §8.5',
    ...passing,
    severity: 'error',
    title: 'The indicator cannot be fetched',
    meaning: 'Receivers get no image from the address in l=, so they show none.',
    remedy: 'Serve it over HTTPS with a valid certificate, status 200 and type image/svg+xml, to everybody.',
  },
  'bimi/evidence-fetch': {
    clause: 'BIMI draft §8.4',
    ...passing,
    severity: 'error',
    title: 'The mark certificate cannot be fetched',
    meaning: 'Receivers that want evidence show no indicator.',
    remedy: 'Serve the PEM file over HTTPS with status 200, to everybody.',
  },
  'bimi/indicator-type': {
    clause: 'BIMI draft §5.3.2',
    ...lasting,
    severity: 'warning',
    title: 'The indicator has the wrong media type',
    meaning: 'It is not served as image/svg+xml; some receivers refuse it.',
    remedy: 'Set the media type for .svg files on the web server.',
  },
  'bimi/indicator-size': {
    clause: 'BIMI draft §9.3',
    ...lasting,
    severity: 'warning',
    title: 'The indicator is large',
    meaning: 'Receivers stop at 32 KB; they show no larger image.',
    remedy: 'Simplify the drawing.',
  },
  'bimi/indicator-svg': {
    clause: 'BIMI draft §8.6',
    ...lasting,
    severity: 'error',
    title: 'The indicator is not SVG Tiny PS',
    meaning: 'Receivers accept only this narrow kind of SVG and show nothing else.',
    remedy:
      'Export it with baseProfile="tiny-ps" and version="1.2", without scripts, links, animation and embedded images.',
  },
} as const satisfies Readonly<Record<string, CheckRow>>

export const dmarcPages = {
  'dmarc/record-none': {
    title: 'There is no DMARC record',
    severity: 'error',
    severityNote: 'advice where there is no BIMI record',
    meaning:
      'Receivers have no policy for mail that pretends to come from the domain, and show no BIMI indicator.',
    remedy: 'Publish a record with p=none and an address for reports first.',
    example: '_dmarc.example.com. IN TXT "v=DMARC1; p=none; rua=mailto:dmarc@example.com"',
  },
  'dmarc/record-multiple': {
    title: 'More than one DMARC record',
    severity: 'error',
    meaning: 'Receivers discard all of them.',
    remedy: 'Keep one.',
  },
  'dmarc/record-version': {
    title: 'The record does not begin with v=DMARC1',
    severity: 'error',
    meaning: 'Receivers ignore the whole record.',
    remedy: 'Put v=DMARC1; first, in capital letters.',
  },
  'dmarc/record-almost': {
    title: 'Nearly a DMARC record',
    severity: 'error',
    meaning: 'The text is meant as a DMARC record, but a detail keeps receivers from seeing it as one.',
    remedy: 'Write it as the example shows.',
    example: '_dmarc.example.com. IN TXT "v=DMARC1; p=reject; rua=mailto:dmarc@example.com"',
  },
  'dmarc/record-syntax': {
    title: 'A tag of the record is malformed',
    severity: 'warning',
    meaning: 'Receivers pass over the tag and use its default. Strict ones may discard the record.',
    remedy: 'Correct or remove it.',
  },
  'dmarc/record-policy': {
    title: 'The policy of the record is missing or unknown',
    severity: 'error',
    meaning:
      'Without a valid p receivers act as with p=none if there is a rua address, and ignore the record otherwise.',
    remedy: 'Write p=none, p=quarantine or p=reject.',
  },
  'dmarc/record-tag-value': {
    title: 'A tag has a value that does not exist',
    severity: 'warning',
    meaning: 'Receivers ignore the tag and use its default.',
    remedy: 'Correct or remove it.',
  },
  'dmarc/record-tag-unknown': {
    title: 'An unknown tag',
    severity: 'advice',
    meaning: 'Receivers ignore it.',
    remedy: 'Look for a typing error, or remove it.',
  },
  'dmarc/record-tag-removed': {
    title: 'A tag that DMARC no longer has',
    severity: 'advice',
    meaning: 'RFC 9989 took away pct, rf and ri. Receivers before it still heed pct.',
    remedy: 'Remove it.',
  },
  'dmarc/record-duplicate-tag': {
    title: 'A tag stands twice',
    severity: 'warning',
    meaning: 'Receivers disagree on which one counts, or discard the record.',
    remedy: 'Keep one.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>

export const bimiPages = {
  'bimi/record-none': {
    title: 'There is no BIMI record',
    severity: 'advice',
    meaning: 'Receivers show their own avatar or none. BIMI is optional.',
    remedy: 'Nothing, or publish one at `default._bimi`.',
    example: 'default._bimi.example.com. IN TXT "v=BIMI1; l=https://example.com/logo.svg; a=;"',
  },
  'bimi/record-multiple': {
    title: 'More than one BIMI record',
    severity: 'error',
    meaning: 'Receivers give up; no indicator is shown.',
    remedy: 'Keep one for each selector.',
  },
  'bimi/record-version': {
    title: 'The record does not begin with v=BIMI1',
    severity: 'error',
    meaning: 'Receivers ignore it. The letters must be exactly these.',
    remedy: 'Put v=BIMI1; first, in capital letters.',
  },
  'bimi/record-almost': {
    title: 'Nearly a BIMI record',
    severity: 'error',
    meaning:
      'The text is meant as a BIMI record, but a detail keeps receivers from seeing it as one, and they must not mend it.',
    remedy: 'Write it as the example shows.',
    example: 'default._bimi.example.com. IN TXT "v=BIMI1; l=https://example.com/logo.svg; a=;"',
  },
  'bimi/record-syntax': {
    title: 'A tag of the record is malformed',
    severity: 'error',
    meaning: 'Receivers must not guess what was meant; they take the record for an error.',
    remedy: 'Write tags as name=value with semicolons between.',
  },
  'bimi/record-location': {
    title: 'The address of the indicator is missing or wrong',
    severity: 'error',
    meaning:
      'l= must be one https: URI with a full host name that ends in .svg or .svgz, or empty to decline.',
    remedy: 'Correct l=. A comma within the address is written %2C.',
  },
  'bimi/record-evidence': {
    title: 'The address of the mark certificate is wrong',
    severity: 'error',
    meaning: 'a= must be empty or one https: URI with a full host name.',
    remedy: 'Correct a=.',
  },
  'bimi/record-local-part-selector': {
    title: 'lps is malformed',
    severity: 'error',
    meaning: 'lps= is a list of prefixes of letters, digits and hyphens, or empty.',
    remedy: 'Write prefixes of 1 to 63 such characters with commas between.',
  },
  'bimi/record-avatar-preference': {
    title: 'avp is neither brand nor personal',
    severity: 'warning',
    meaning: 'Receivers ignore the value, or the whole record.',
    remedy: 'Write avp=brand or avp=personal, or leave it out.',
  },
  'bimi/record-tag-unknown': {
    title: 'An unknown tag',
    severity: 'advice',
    meaning: 'Receivers ignore it.',
    remedy: 'Look for a typing error, or remove it.',
  },
  'bimi/record-tag-removed': {
    title: 'A tag of an early draft',
    severity: 'advice',
    meaning: 'Tags such as s=, e=, p=, z= and f= are gone. Receivers ignore them.',
    remedy: 'Remove it.',
  },
  'bimi/record-duplicate-tag': {
    title: 'A tag stands twice',
    severity: 'error',
    meaning: 'Tags must not be repeated (RFC 6376 §3.2). Receivers discard such a record.',
    remedy: 'Keep one.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>
