import { escapeForLine } from '../../log/index.ts'

/**
 * Makes foreign text plain text inside a line of GitHub's Markdown, also in a cell of a table.
 *
 * Shape: whoever calls puts it behind a word of his own, as a number or dash at the start of a line makes a list.
 */
export function escapeMarkdown(text: string): string {
  return escapeForLine(text)
    .replace(/[\\`*_{}[\]<>#|~!&$@]/g, character => `\\${character}`)
    .replace(/:\/\//g, '\\://')
    .replace(/\bwww\./gi, word => `${word.slice(0, 3)}\\.`)
}

/** Foreign text as code inside a line, whatever backticks it has. Not for the cells of a table. */
export function markdownCode(text: string): string {
  const shown = escapeForLine(text)
  const fence = '`'.repeat(longestRun(shown) + 1)
  // One space on each side is taken off again by whoever reads it.
  const space = /^[` ]|[` ]$/.test(shown) ? ' ' : ''
  return shown === '' ? '(empty)' : `${fence}${space}${shown}${space}${fence}`
}

/** Foreign text of several lines as a block of code. */
export function markdownBlock(text: string, indent: string): string[] {
  const lines = text
    .replace(/\r?\n$/, '')
    .split(/\r?\n/)
    .map(escapeForLine)
  const fence = '`'.repeat(Math.max(3, longestRun(lines.join('\n')) + 1))
  return [`${fence}text`, ...lines, fence].map(line => (line === '' ? '' : `${indent}${line}`))
}

function longestRun(text: string): number {
  let longest = 0
  for (const [run] of text.matchAll(/`+/g)) longest = Math.max(longest, run.length)
  return longest
}
