import { cutText, visibleText } from '../../parts/visible-text.ts'

/** A text made ready to be shown: lines, each cut, what cannot be seen written as an escape. */
export interface NumberedLines {
  readonly lines: readonly string[]
  /** Whether lines were cut or left out, so that only a download has all of it. */
  readonly isCut: boolean
}

export interface LineLimits {
  readonly lines: number
  readonly lineCharacters: number
}

/** Beyond this a text is shown as it is: to set it in order would make the page stand still. */
const MAX_FORMATTED_CHARACTERS = 400_000

/** What a page can lay out without standing still. */
export const lineLimits: LineLimits = { lines: 2_000, lineCharacters: 2_000 }

/** Sets JSON out in lines, one member each; a text that is none, or too long, stays as it is. */
export function formatJson(text: string): string {
  if (text.length > MAX_FORMATTED_CHARACTERS) return text
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2)
  } catch {
    return text
  }
}

/** Cuts a text into the lines that can be shown. */
export function numberLines(text: string, limits: LineLimits = lineLimits): NumberedLines {
  const all = text.split('\n', limits.lines + 1)
  const lines = all
    .slice(0, limits.lines)
    .map(line => visibleText(cutText(line.replace(/\r$/, ''), limits.lineCharacters)))
  const isCut = all.length > limits.lines || all.some(line => line.length > limits.lineCharacters)
  return { lines, isCut }
}
