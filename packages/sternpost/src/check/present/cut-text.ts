/** Cuts foreign text that is longer than anybody reads, and says how long it was. */
export function cutText(text: string, maxCharacters: number): string {
  if (text.length <= maxCharacters) return text
  const kept = text.slice(0, maxCharacters).replace(/[\ud800-\udbff]$/, '')
  return `${kept}… (cut: ${text.length} characters)`
}

/** What is printed at most of a sentence, of something seen, and of text to be put in place. */
export const printedCharacters = { sentence: 2_000, evidence: 1_000, replacement: 65_536 } as const

/** Evidence that is printed of one finding; what is left out is counted. */
export const MAX_EVIDENCE = 10
