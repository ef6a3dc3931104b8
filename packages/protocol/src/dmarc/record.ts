import type { ProtocolIssueCode } from '../issues.ts'
import { beginsWithTagVersion, type RecordTag, readTagList } from '../records/read-tags.ts'
import { selectTxtRecord } from '../records/select-txt-record.ts'
import { isUriText, uriScheme } from '../records/uri.ts'
import { type Issue, invalid, type Parsed, quote, valid } from '../result.ts'

export const dmarcPolicies = ['none', 'quarantine', 'reject'] as const
export type DmarcPolicy = (typeof dmarcPolicies)[number]

/** A DMARC policy record, as far as BIMI and the people who publish it need it. */
export interface DmarcRecord {
  /** `p`; `none` where it is missing or wrong and there is an address for reports (RFC 9989 §4.10.1). */
  readonly policy: DmarcPolicy
  /** `sp`, for subdomains that exist; without it `policy` holds. */
  readonly subdomainPolicy: DmarcPolicy | undefined
  /** `np`, for subdomains that do not exist; without it that of subdomains holds. */
  readonly nonexistentPolicy: DmarcPolicy | undefined
  /** `t=y`: one step less than the policy is to be applied. */
  readonly testing: boolean
  /** `psd`: whether the domain is a public suffix; `n` also says that it is an organizational domain. */
  readonly publicSuffix: 'y' | 'n' | 'u'
  readonly dkimAlignment: 'relaxed' | 'strict'
  readonly spfAlignment: 'relaxed' | 'strict'
  /** `pct`, 0 to 100, where it is written. Gone since RFC 9989; receivers before it heed it. */
  readonly percent: number | undefined
  /** Addresses for aggregate reports, as written. */
  readonly rua: readonly string[]
  /** Addresses for failure reports, as written. */
  readonly ruf: readonly string[]
}

/** The DMARC record among the TXT records of `_dmarc.<domain>`; several are discarded (RFC 9989 §4.10). */
export type DmarcRecordSelection =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly text: string; readonly record: Parsed<DmarcRecord, ProtocolIssueCode> }
  | { readonly kind: 'multiple'; readonly texts: readonly string[] }

const VERSION = 'DMARC1'
const CLAUSE = 'RFC 9989 §4.7'

/** Finds the DMARC record in the answer to a TXT query and reads it (RFC 9989 §4.10). */
export function selectDmarcRecord(txtTexts: readonly string[]): DmarcRecordSelection {
  const selection = selectTxtRecord(txtTexts, text => beginsWithTagVersion(text, VERSION))
  if (selection.kind !== 'one') return selection
  return { ...selection, record: parseDmarcRecord(selection.text) }
}

/**
 * Reads the text of one DMARC record.
 *
 * Shape: tags in any order after the version. What is malformed or has an unknown value counts as not written,
 * with a warning; unknown tags are ignored. Without a valid `p`, or with a wrong `sp` or `np`, the policy is
 * `none` where there is an address for reports, and the record is void otherwise (§4.10.1).
 * Strict: `v` in lower case, as every receiver looks for it; the ABNF would let `V` pass.
 * Unclear: of a tag that stands twice the first counts here; RFC 6376 §3.2, whose syntax this is, has the whole
 * list void.
 * Errors: `dmarc/record-*` with columns.
 * Source: RFC 9989 §4.7, §4.8; `pct` from RFC 7489 §6.3.
 */
export function parseDmarcRecord(text: string): Parsed<DmarcRecord, ProtocolIssueCode> {
  const list = readTagList(text, {
    version: VERSION,
    syntax: 'dmarc/record-syntax',
    repeated: 'dmarc/record-duplicate-tag',
    clause: CLAUSE,
    emptyValues: false,
  })
  if (list === undefined) {
    const message = `${quote(text)} does not begin with v=DMARC1 (${CLAUSE})`
    return invalid({ code: 'dmarc/record-version', message, column: 1 })
  }
  return new DmarcReader(list.tags, [...list.malformed, ...list.repeated]).read()
}

/** Writes a record; what has its default value is left out. */
export function formatDmarcRecord(record: DmarcRecord): string {
  const tags = [
    `v=${VERSION}`,
    `p=${record.policy}`,
    ...(record.subdomainPolicy === undefined ? [] : [`sp=${record.subdomainPolicy}`]),
    ...(record.nonexistentPolicy === undefined ? [] : [`np=${record.nonexistentPolicy}`]),
    ...(record.testing ? ['t=y'] : []),
    ...(record.publicSuffix === 'u' ? [] : [`psd=${record.publicSuffix}`]),
    ...(record.dkimAlignment === 'strict' ? ['adkim=s'] : []),
    ...(record.spfAlignment === 'strict' ? ['aspf=s'] : []),
    ...(record.percent === undefined ? [] : [`pct=${record.percent}`]),
    ...(record.rua.length === 0 ? [] : [`rua=${record.rua.join(',')}`]),
    ...(record.ruf.length === 0 ? [] : [`ruf=${record.ruf.join(',')}`]),
  ]
  return tags.join('; ')
}

const removedTags: readonly string[] = ['pct', 'rf', 'ri']
const knownTags: readonly string[] = ['p', 'sp', 'np', 't', 'psd', 'adkim', 'aspf', 'fo', 'rua', 'ruf']

class DmarcReader {
  readonly #tags: ReadonlyMap<string, RecordTag>
  readonly #warnings: Issue<ProtocolIssueCode>[]

  constructor(tags: ReadonlyMap<string, RecordTag>, warnings: readonly Issue<ProtocolIssueCode>[]) {
    this.#tags = tags
    this.#warnings = [...warnings]
  }

  read(): Parsed<DmarcRecord, ProtocolIssueCode> {
    this.#warnOfOtherTags()
    const rua = this.#uris('rua')
    const ruf = this.#uris('ruf')
    const policy = this.#policy('p')
    const subdomainPolicy = this.#policy('sp')
    const nonexistentPolicy = this.#policy('np')
    const wrong = [policy, subdomainPolicy, nonexistentPolicy].find(read => typeof read === 'object')
    if (wrong !== undefined || policy === undefined) {
      const fault = typeof wrong === 'object' ? wrong : this.#missingPolicy()
      if (rua.length === 0) return invalid(fault)
      this.#warnings.unshift({ ...fault, message: `${fault.message}; it counts as p=none` })
    }
    const isVoid = wrong !== undefined
    return valid(
      {
        policy: isVoid || typeof policy !== 'string' ? 'none' : policy,
        subdomainPolicy: isVoid || typeof subdomainPolicy !== 'string' ? undefined : subdomainPolicy,
        nonexistentPolicy: isVoid || typeof nonexistentPolicy !== 'string' ? undefined : nonexistentPolicy,
        testing: this.#word('t', ['y', 'n']) === 'y',
        publicSuffix: this.#word('psd', ['y', 'n', 'u']) ?? 'u',
        dkimAlignment: this.#word('adkim', ['r', 's']) === 's' ? 'strict' : 'relaxed',
        spfAlignment: this.#word('aspf', ['r', 's']) === 's' ? 'strict' : 'relaxed',
        percent: this.#percent(),
        rua,
        ruf,
      },
      this.#warnings,
    )
  }

  /** The policy, an issue where it is none, undefined where the tag is missing. */
  #policy(name: 'p' | 'sp' | 'np'): DmarcPolicy | Issue<ProtocolIssueCode> | undefined {
    const tag = this.#tags.get(name)
    if (tag === undefined) return undefined
    const folded = tag.value.toLowerCase()
    const policy = dmarcPolicies.find(known => known === folded)
    if (policy !== undefined) return policy
    const message = `${name}=${quote(tag.value)} is none of none, quarantine, reject (${CLAUSE})`
    return { code: 'dmarc/record-policy', message, column: tag.valueColumn }
  }

  #missingPolicy(): Issue<ProtocolIssueCode> {
    const hint = this.#tags.has('P') ? '; P is another tag' : ''
    const message = `the tag p, with none, quarantine or reject, is missing${hint} (${CLAUSE})`
    return { code: 'dmarc/record-policy', message }
  }

  #word<Word extends string>(name: string, words: readonly Word[]): Word | undefined {
    const tag = this.#tags.get(name)
    if (tag === undefined) return undefined
    const folded = tag.value.toLowerCase()
    const word = words.find(known => known === folded)
    if (word === undefined) this.#warnOfValue(tag, `is none of ${words.join(', ')}`)
    return word
  }

  #percent(): number | undefined {
    const tag = this.#tags.get('pct')
    if (tag === undefined) return undefined
    const percent = /^[0-9]{1,3}$/.test(tag.value) ? Number(tag.value) : Number.NaN
    if (percent <= 100) return percent
    this.#warnOfValue(tag, 'is no number from 0 to 100')
    return undefined
  }

  #uris(name: 'rua' | 'ruf'): readonly string[] {
    const tag = this.#tags.get(name)
    if (tag === undefined) return []
    const uris: string[] = []
    for (const piece of tag.value.split(',')) {
      const uri = piece.trim()
      if (isUriText(uri) && uriScheme(uri) !== undefined) uris.push(uri)
      else this.#warnOfValue(tag, `holds ${quote(uri)}, which is no URI such as mailto:…`)
    }
    return uris
  }

  #warnOfOtherTags(): void {
    for (const { name, column } of this.#tags.values()) {
      if (removedTags.includes(name)) {
        const message = `the tag ${name} has no meaning since RFC 9989`
        this.#warnings.push({ code: 'dmarc/record-tag-removed', message, column })
      } else if (!knownTags.includes(name)) {
        const message = `the tag ${quote(name)} is unknown and ignored (${CLAUSE})`
        this.#warnings.push({ code: 'dmarc/record-tag-unknown', message, column })
      }
    }
  }

  #warnOfValue({ name, value, valueColumn }: RecordTag, found: string): void {
    const message = `${name}=${quote(value)} ${found}; it counts as not written (${CLAUSE})`
    this.#warnings.push({ code: 'dmarc/record-tag-value', message, column: valueColumn })
  }
}
