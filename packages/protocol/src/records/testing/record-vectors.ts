import fc from 'fast-check'
import type { Parsed } from '../../result.ts'

type Selection<T> =
  | { readonly kind: 'none' | 'multiple' }
  | { readonly kind: 'one'; readonly record: Parsed<T, string> }

/** What a vector expects of its input: the text of one record, or the list of all TXT records at a name. */
export function readRecordVector<T>(
  area: string,
  input: string | readonly (string | readonly string[])[],
  parse: (text: string) => Parsed<T, string>,
  select: (texts: readonly string[]) => Selection<T>,
) {
  if (typeof input === 'string') return summarise(parse(input))
  const selection = select(input.map(strings => [strings].flat().join('')))
  return selection.kind === 'one'
    ? summarise(selection.record)
    : { codes: [`${area}/record-${selection.kind}`] }
}

/** Records with a few characters put in, so that most inputs come past the version. */
export function brokenRecordText(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return fc
    .tuple(
      text,
      fc.nat(),
      fc.string({ unit: fc.constantFrom(';', '=', ' ', '\t', ',', '!', 'é', '\0', 'p='), maxLength: 4 }),
    )
    .map(([whole, place, inserted]) => {
      const at = place % (whole.length + 1)
      return whole.slice(0, at) + inserted + whole.slice(at)
    })
}

function summarise<T>(parsed: Parsed<T, string>) {
  return parsed.ok
    ? { ok: true, value: withoutUndefined(parsed.value), warnings: parsed.warnings.map(({ code }) => code) }
    : { codes: parsed.issues.map(({ code }) => code) }
}

/** JSON has no undefined: a vector leaves out what is not written. */
function withoutUndefined(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value))
}
