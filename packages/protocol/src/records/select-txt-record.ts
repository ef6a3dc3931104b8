/** What is left of a TXT answer after the records of others are put aside. */
export type TxtRecordSelection =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly text: string }
  | { readonly kind: 'multiple'; readonly texts: readonly string[] }

/**
 * Picks out of all TXT records at a name the one that belongs to a standard.
 *
 * "Not ours" is not "invalid": a record of ours with a mistake in it stays, so that it is reported, and so that
 * it still makes two of one.
 * Shape: `texts` are whole records, their strings already joined without spaces.
 * Source: RFC 8461 §3.1, RFC 8460 §3, RFC 7489 §6.6.3.
 */
export function selectTxtRecord(
  texts: readonly string[],
  isOurs: (text: string) => boolean,
): TxtRecordSelection {
  const ours = texts.filter(isOurs)
  const [first] = ours
  if (first === undefined) return { kind: 'none' }
  return ours.length === 1 ? { kind: 'one', text: first } : { kind: 'multiple', texts: ours }
}
