/** One line of a comparison: in both, only before, only after. */
export interface DiffLine {
  readonly mark: ' ' | '-' | '+'
  readonly text: string
}

/** Texts with more lines are not compared line by line. */
const MAX_LINES = 400

/**
 * Compares two short texts line by line.
 *
 * Shape: line ends and white space around lines do not count, so that what shows is what somebody reads.
 */
export function diffLines(before: string, after: string): DiffLine[] {
  const old = splitLines(before)
  const fresh = splitLines(after)
  if (old.length > MAX_LINES || fresh.length > MAX_LINES) return fresh.map(text => ({ mark: '+', text }))
  const common = longestCommon(old, fresh)
  const lines: DiffLine[] = []
  let [row, column] = [0, 0]
  while (row < old.length || column < fresh.length) {
    if (row < old.length && column < fresh.length && old[row] === fresh[column]) {
      lines.push({ mark: ' ', text: old[row]! })
      row += 1
      column += 1
    } else if (
      column >= fresh.length ||
      (row < old.length && common[row + 1]![column]! >= common[row]![column + 1]!)
    ) {
      lines.push({ mark: '-', text: old[row]! })
      row += 1
    } else {
      lines.push({ mark: '+', text: fresh[column]! })
      column += 1
    }
  }
  return lines
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/)
  if (lines.at(-1) === '') lines.pop()
  return lines
}

/** For each pair of places, how many lines the rests have in common. */
function longestCommon(old: readonly string[], fresh: readonly string[]): number[][] {
  const table = Array.from({ length: old.length + 1 }, () => new Array<number>(fresh.length + 1).fill(0))
  for (let row = old.length - 1; row >= 0; row -= 1) {
    for (let column = fresh.length - 1; column >= 0; column -= 1) {
      table[row]![column] =
        old[row] === fresh[column]
          ? table[row + 1]![column + 1]! + 1
          : Math.max(table[row + 1]![column]!, table[row]![column + 1]!)
    }
  }
  return table
}
