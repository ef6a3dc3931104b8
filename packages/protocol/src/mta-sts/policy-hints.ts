import { nearestWord } from '../nearest-word.ts'

export const policyKeys = ['version', 'mode', 'mx', 'max_age'] as const
export type PolicyKey = (typeof policyKeys)[number]

/** Longer texts are no misspelt word, and hostile ones must not be measured. */
const MAX_WORD_CHARACTERS = 32

/** The key that a misspelt one was probably meant to be: `Mode`, `max-age`, `nmx`; undefined for a right one. */
export function nearPolicyKey(key: string): PolicyKey | undefined {
  if (key.length > MAX_WORD_CHARACTERS || policyKeys.some(known => known === key)) return undefined
  const near = nearestWord(key.trim(), policyKeys)
  return policyKeys.find(known => known === near)
}

/** Words people write for a mode: of the draft that said `report`, of other standards, of daily speech. */
const modeWords: Readonly<Record<string, 'enforce' | 'testing' | 'none'>> = {
  enforced: 'enforce',
  enforcing: 'enforce',
  enforcement: 'enforce',
  report: 'testing',
  reporting: 'testing',
  'report-only': 'testing',
  test: 'testing',
  tests: 'testing',
  off: 'none',
  disabled: 'none',
  no: 'none',
}

/** The mode that a wrong one was probably meant to be: `enforced`, `Enforce`, `report`. */
export function nearMtaStsMode(value: string): 'enforce' | 'testing' | 'none' | undefined {
  if (value.length > MAX_WORD_CHARACTERS) return undefined
  const word = value.toLowerCase().replace(/^["'\s]+|["';,.\s]+$/g, '')
  const known = ['enforce', 'testing', 'none'] as const
  const same =
    known.find(mode => mode === word) ?? (Object.hasOwn(modeWords, word) ? modeWords[word] : undefined)
  if (same !== undefined) return same
  const near = nearestWord(word, known)
  return known.find(mode => mode === near)
}

/** Says what is probably wrong with a line that is not `key: value`; '' where that cannot be told. */
export function hintForLine(content: string): { readonly column: number; readonly hint: string } {
  const cr = content.indexOf('\r')
  if (cr !== -1) return { column: cr + 1, hint: 'a CR without LF ends no line' }
  if (content.startsWith('\ufeff')) return { column: 1, hint: 'a byte order mark stands before the key' }
  if (/^[ \t]/.test(content)) return { column: 1, hint: 'the key must stand at the very beginning' }
  if (/^(#|\/\/|;)/.test(content)) return { column: 1, hint: 'a policy has no comments' }
  const spaced = /^([A-Za-z0-9_.-]{1,32})[ \t]+:/.exec(content)
  if (spaced !== null) return { column: spaced[1]!.length + 1, hint: 'no space is allowed before the colon' }
  const equals = /^[A-Za-z0-9_.-]{1,32}[ \t]*=/.exec(content)
  if (equals !== null) return { column: equals[0].length, hint: 'a colon is needed in place of =' }
  const colon = content.indexOf(':')
  if (colon === -1) return { column: content.length + 1, hint: 'the colon is missing' }
  if (colon === content.length - 1) return { column: content.length + 1, hint: 'the value is missing' }
  return { column: 1, hint: '' }
}
