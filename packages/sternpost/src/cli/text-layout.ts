import { escapeForLine } from '../log/index.ts'

/** What people's terminals and mails have at least. */
export const TEXT_WIDTH = 80

export interface Column {
  readonly title: string
  readonly align: 'left' | 'right'
  /** Takes what the width leaves over and is cut when that is too little. At most one column. */
  readonly flexible?: boolean
}

/** Writes rows under titles; foreign text is escaped, numbers stand under one another, lines fit the width. */
export function formatTable(
  columns: readonly Column[],
  rows: readonly (readonly string[])[],
  width = TEXT_WIDTH,
): string[] {
  const cells = rows.map(row => columns.map((_, index) => escapeForLine(row[index] ?? '')))
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map(row => row[index]!.length)),
  )
  const flexible = columns.findIndex(column => column.flexible === true)
  if (flexible !== -1) {
    const others = widths.reduce((sum, used, index) => (index === flexible ? sum : sum + used), 0)
    const left = width - others - GAP.length * (columns.length - 1)
    widths[flexible] = Math.min(widths[flexible]!, Math.max(left, MIN_FLEXIBLE))
  }
  const line = (texts: readonly string[]) =>
    texts
      .map((text, index) => {
        const cut = cutTo(text, widths[index]!)
        return columns[index]!.align === 'right' ? cut.padStart(widths[index]!) : cut.padEnd(widths[index]!)
      })
      .join(GAP)
      .trimEnd()
  return [line(columns.map(({ title }) => title)), ...cells.map(line)]
}

const GAP = '  '
const MIN_FLEXIBLE = 10

/** Breaks a sentence into lines that fit the width; escapes foreign text, and cuts words longer than a line. */
export function wrapText(text: string, indent = '', width = TEXT_WIDTH): string[] {
  const room = Math.max(width - indent.length, 10)
  const lines: string[] = []
  let line = ''
  for (const word of escapeForLine(text).split(' ')) {
    let rest = word
    if (line !== '' && line.length + 1 + rest.length > room) {
      lines.push(line)
      line = ''
    }
    while (rest.length > room) {
      lines.push(rest.slice(0, room))
      rest = rest.slice(room)
    }
    line = line === '' ? rest : `${line} ${rest}`
  }
  lines.push(line)
  return lines.map(part => `${indent}${part}`)
}

/** Writes a count for people: `12,345`. */
export function formatCount(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}

/** Writes a share for people: `99.7 %`; never 100 % where anything failed, never 0 % where anything went well. */
export function formatRate(part: number, whole: number): string {
  if (whole === 0) return '-'
  const percent = (100 * part) / whole
  if (part === whole) return '100 %'
  if (part === 0) return '0 %'
  if (percent > 99.9) return '>99.9 %'
  return percent < 0.1 ? '<0.1 %' : `${percent.toFixed(1)} %`
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`
}

function cutTo(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text
}
