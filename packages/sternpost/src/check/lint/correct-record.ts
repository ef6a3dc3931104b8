import { explainAlmostRecord, MAX_POLICY_ID_LENGTH, tokenizeRecord, uriScheme } from '@sternpost/protocol'
import { recordTypes, type TxtRecordType } from './record-types.ts'

const versions = { sts: 'v=STSv1', tlsrpt: 'v=TLSRPTv1', dmarc: 'v=DMARC1', bimi: 'v=BIMI1' } as const

const knownNames: Readonly<Record<TxtRecordType, readonly string[]>> = {
  sts: ['id'],
  tlsrpt: ['rua'],
  dmarc: ['p', 'sp', 'np', 't', 'psd', 'adkim', 'aspf', 'fo', 'rua', 'ruf', 'pct', 'rf', 'ri'],
  bimi: ['l', 'a', 'lps', 'avp'],
}

/** DMARC words that are folded; addresses keep their case. */
const wordTags: readonly string[] = ['p', 'sp', 'np', 't', 'psd', 'adkim', 'aspf']
/** Longer records are not mended: nobody wrote them by hand. */
const MAX_CHARACTERS = 4096

/**
 * Mends what can be mended of a TXT record for certain: what stands around it, the version, spaces, case, empty and
 * repeated fields, forms of addresses. What it says is kept; no address is invented.
 *
 * Shape: undefined where nothing certain comes of it; what comes out parses, and correcting it again changes nothing.
 */
export function correctRecordText(type: TxtRecordType, text: string): string | undefined {
  if (text.length > MAX_CHARACTERS) return undefined
  const almost = explainAlmostRecord(type, text)
  if (almost !== undefined && almost.mended === undefined) return undefined
  const corrected = rewrite(type, almost?.mended ?? text.trim())
  return corrected !== undefined && recordTypes[type].parse(corrected).ok ? corrected : undefined
}

function rewrite(type: TxtRecordType, text: string): string | undefined {
  const [, ...fields] = tokenizeRecord(splitCommas(type, text)).fields
  const kept = new Map<string, string>()
  for (const field of fields) {
    if (field.text === '') continue
    const folded = field.name.toLowerCase()
    const name = knownNames[type].includes(folded) ? folded : field.name
    if (name === 'v' || field.value === null) return undefined
    const value = mendValue(type, name, field.value)
    const before = kept.get(name)
    if (before === undefined) kept.set(name, value)
    // Several rua fields are one list; of everything else the first counts.
    else if (type === 'tlsrpt' && name === 'rua') kept.set(name, joinUris(before, value))
  }
  const list = [...kept].map(([name, value]) => `${name}=${value};`)
  return [`${versions[type]};`, ...list].join(' ')
}

/** `p=none, rua=…`: a comma where a semicolon belongs, told by the known tag behind it. */
function splitCommas(type: TxtRecordType, text: string): string {
  if (type === 'bimi') return text
  const names = knownNames[type].join('|')
  return text.replace(new RegExp(`,\\s*(?=(?:${names})\\s*=)`, 'gi'), '; ')
}

function mendValue(type: TxtRecordType, name: string, value: string): string {
  const bare = value.replace(/^["'“”]+|["'“”]+$/g, '')
  if (type === 'sts' && name === 'id') return mendPolicyId(bare)
  if (type === 'tlsrpt' && name === 'rua') return joinUris(...bare.split(','))
  if (type === 'dmarc' && wordTags.includes(name)) return bare.toLowerCase()
  if (type === 'dmarc' && (name === 'rua' || name === 'ruf')) return bare.split(',').map(mendUri).join(',')
  if (type === 'bimi' && name === 'lps') return bare.replace(/\s+/g, '')
  return bare
}

/** Marks of dates and versions are taken out; anything else means that more than an id stands there. */
function mendPolicyId(id: string): string {
  if (!/^[A-Za-z0-9.:_+/-]*$/.test(id)) return id
  return id.replace(/[^A-Za-z0-9]/g, '').slice(0, MAX_POLICY_ID_LENGTH)
}

function joinUris(...texts: readonly string[]): string {
  const uris = texts.flatMap(text => text.split(',')).map(mendUri)
  return [...new Set(uris.filter(uri => uri !== ''))].join(',')
}

function mendUri(text: string): string {
  let uri = text.trim().replace(/^<|>$/g, '')
  uri = uri
    .replace(/^mailto:\s*\/\//i, 'mailto:')
    .replace(/^(mailto:)<(.*)>?$/i, '$1$2')
    .replace(/>$/, '')
  if (uriScheme(uri) === undefined && /^[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+$/.test(uri)) uri = `mailto:${uri}`
  // A size limit of DMARC first; any other mark is part of the address.
  return uri.replace(/![0-9]+[kmgt]?$/i, '').replaceAll('!', '%21')
}
