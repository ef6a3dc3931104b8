import { quote } from '../result.ts'
import { beginsWithVersion } from './extension-field.ts'
import { beginsWithTagVersion } from './read-tags.ts'

export const recordKinds = ['sts', 'tlsrpt', 'dmarc', 'bimi'] as const
export type RecordKind = (typeof recordKinds)[number]

/** Why a text that is meant as a record is not seen as one. */
export interface AlmostRecord {
  readonly fault:
    | 'zone-line'
    | 'quotes'
    | 'backslash'
    | 'space-before'
    | 'joined'
    | 'case'
    | 'version'
    | 'version-number'
    | 'delimiter'
    | 'not-first'
    | 'version-missing'
    | 'other-standard'
  /** What was seen and what is needed, without the clause. */
  readonly message: string
  /** From 1. */
  readonly column: number
  /** The text with these faults taken away, its fields unjudged; undefined where only a person can tell. */
  readonly mended: string | undefined
}

interface Standard {
  readonly version: string
  /** What comes before the number, in any spelling. */
  readonly word: string
  readonly ours: (text: string) => boolean
  /** How a record begins whose version was forgotten. */
  readonly firstField: RegExp
  readonly place: string
}

const standards: Readonly<Record<RecordKind, Standard>> = {
  sts: {
    version: 'v=STSv1',
    word: '(?:mta-?)?sts',
    ours: text => beginsWithVersion(text, 'v=STSv1'),
    firstField: /^id\s*=/i,
    place: '_mta-sts',
  },
  tlsrpt: {
    version: 'v=TLSRPTv1',
    word: 'tls-?rpt',
    ours: text => beginsWithVersion(text, 'v=TLSRPTv1'),
    firstField: /^rua\s*=/i,
    place: '_smtp._tls',
  },
  dmarc: {
    version: 'v=DMARC1',
    word: 'dmarc',
    ours: text => beginsWithTagVersion(text, 'DMARC1'),
    firstField: /^p\s*=\s*(?:none|quarantine|reject)/i,
    place: '_dmarc',
  },
  bimi: {
    version: 'v=BIMI1',
    word: 'bimi',
    ours: text => beginsWithTagVersion(text, 'BIMI1'),
    firstField: /^l\s*=\s*(?:https?:|;)/i,
    place: 'default._bimi',
  },
}

/** Longer texts are not looked into: near misses are made by people. */
const MAX_CHARACTERS = 4096

/**
 * Says why a TXT record that is meant as one of a standard is passed over by everybody, or undefined where the
 * text is such a record, broken or not, or nothing of the kind.
 *
 * Source: RFC 8461 §3.1, RFC 8460 §3, RFC 9989 §4.7, BIMI draft §5.3.
 */
export function explainAlmostRecord(kind: RecordKind, text: string): AlmostRecord | undefined {
  const standard = standards[kind]
  if (text.length > MAX_CHARACTERS || standard.ours(text)) return undefined
  const { rest, fault: wrapping } = unwrap(text)
  if (countVersions(rest) > 1) {
    const message = 'two records stand in one text; each needs a TXT record of its own'
    return { fault: 'joined', message, column: 1, mended: undefined }
  }
  if (standard.ours(rest)) return wrapping && { ...wrapping, mended: rest }
  const begun = explainBeginning(standard, rest)
  if (begun !== undefined) return wrapping === undefined ? begun : { ...wrapping, mended: begun.mended }
  const other = otherStandard(kind, rest)
  if (other === undefined) return undefined
  return { fault: 'other-standard', message: other, column: 1, mended: undefined }
}

/** The standard whose record a text is; undefined where it is none of those known here. */
export function recordKindOf(text: string): RecordKind | undefined {
  return recordKinds.find(kind => standards[kind].ours(text))
}

type Wrapping = Omit<AlmostRecord, 'mended'>

/** Takes off what zone files, DNS forms and word processors put around a text; the first thing found is told. */
function unwrap(text: string): { readonly rest: string; readonly fault: Wrapping | undefined } {
  const faults: Wrapping[] = []
  let rest = text
  const zoneLine = /^\S{1,255}\s+(?:[0-9]{1,10}\s+)?(?:IN\s+)?TXT\s+(?=["'(v])/i.exec(rest)
  if (zoneLine !== null) {
    faults.push({
      fault: 'zone-line',
      message: 'a whole line of a zone file stands in the record; only the text belongs there',
      column: 1,
    })
    rest = rest.slice(zoneLine[0].length)
  }
  const quoted = /^[\s\ufeff\u200b]*(?:\\?["“”„‟'‘’«»]|&quot;)/.exec(rest) ?? /["“”'’]\s*$/.exec(rest)
  if (quoted !== null) {
    faults.push({
      fault: 'quotes',
      message: 'quotation marks are part of the text; they belong into a zone file only, around it',
      column: quoted.index + 1,
    })
    rest = rest
      .replace(/&quot;/g, '"')
      .replace(/["“”]\s+["“”]/g, '')
      .replace(/\\?["“”„‟‘’«»]/g, '')
      .replace(/^\s*'|'\s*$/g, '')
  }
  if (/\\;/.test(rest)) {
    faults.push({
      fault: 'backslash',
      message: 'a backslash before the semicolon is part of the text; it belongs into a zone file only',
      column: text.indexOf('\\;') + 1,
    })
    rest = rest.replaceAll('\\;', ';')
  }
  const space = /^[\s\ufeff\u200b\u00a0]+/.exec(rest)
  if (space !== null) {
    const what =
      /[^\s]/.test(space[0]) || space[0].includes('\ufeff') ? 'an invisible character' : 'white space'
    faults.push({ fault: 'space-before', message: `${what} stands before the version`, column: 1 })
    rest = rest.slice(space[0].length)
  }
  return { rest: faults.length === 0 ? rest : rest.trimEnd(), fault: faults[0] }
}

function countVersions(text: string): number {
  return (text.match(/(?:^|[;,\s])v\s*=\s*(?:STSv|TLSRPTv|DMARC|BIMI|spf|DKIM)[0-9]/gi) ?? []).length
}

function explainBeginning(standard: Standard, text: string): AlmostRecord | undefined {
  const { version, word } = standard
  const first = new RegExp(`^v?\\s*[=:]?\\s*${word}[ _-]?v?([0-9]*)`, 'i').exec(text)
  if (first !== null) return explainVersion(standard, text, first[0], first[1] ?? '')
  const later = new RegExp(`[;,\\s]\\s*v\\s*=\\s*${word}v?1\\s*(?=;|,|$|\\s)`, 'i').exec(text)
  if (later !== null) {
    const fields = `${text.slice(0, later.index)};${text.slice(later.index + later[0].length)}`
    return {
      fault: 'not-first',
      message: `${version} stands behind other fields; it must be the first`,
      column: later.index + later[0].search(/v/i) + 1,
      mended: joinFields(version, fields),
    }
  }
  if (!standard.firstField.test(text)) return undefined
  return {
    fault: 'version-missing',
    message: `${version}; is missing at the beginning`,
    column: 1,
    mended: joinFields(version, text),
  }
}

function explainVersion(standard: Standard, text: string, seen: string, number: string): AlmostRecord {
  const { version } = standard
  const rest = text.slice(seen.length)
  const mended = joinFields(version, rest)
  const same = seen === version
  if (number !== '' && number !== '1') {
    const message = `${quote(seen)} is another version; ${version}; is the only one there is`
    return { fault: 'version-number', message, column: 1, mended }
  }
  if (!same) {
    const isCase = seen.toLowerCase() === version.toLowerCase()
    const message = `${quote(seen)} must be written ${version}${isCase ? ', in these letters' : ''}`
    return { fault: isCase ? 'case' : 'version', message, column: 1, mended }
  }
  const message = `after ${version} there must be a semicolon`
  return { fault: 'delimiter', message, column: seen.length + 1, mended }
}

function joinFields(version: string, fields: string): string {
  const list = fields
    .replace(/^[\s,;.:|]+/, '')
    .split(';')
    .map(field => field.trim())
    .filter(field => field !== '')
  return [version, ...list].map(field => `${field};`).join(' ')
}

function otherStandard(kind: RecordKind, text: string): string | undefined {
  const other = recordKindOf(text)
  if (other !== undefined && other !== kind) {
    const { version, place } = standards[other]
    return `a record ${version} belongs to the name ${place}, not here`
  }
  if (/^v=spf1(?:\s|$)/i.test(text)) return 'an SPF record belongs to the domain itself, not here'
  if (/^v=DKIM1/i.test(text)) return 'a DKIM key belongs to a name below _domainkey, not here'
  return undefined
}
