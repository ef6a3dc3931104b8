/** One entry of a list of domains, as it was written. */
export interface ListedDomain {
  readonly text: string
  /** Counted from 1. */
  readonly line: number
}

/** Longer lines name no domain; their rest is thrown away as it comes. */
const MAX_LINE_CHARACTERS = 2_000
/** What the first line of a table is called, where it is no domain. */
const TITLES = new Set(['domain', 'domains', 'name', 'host', 'hostname'])

/**
 * Reads a list of domains, one a line, however long the list is.
 *
 * Shape: `#` starts a comment; of a line with commas, semicolons or tabs the first column counts, or the second where
 * the first is a rank; quotes, blank lines, a byte order mark and a line of titles go.
 */
export async function* readDomainList(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ListedDomain> {
  let line = 0
  for await (const raw of readLines(chunks)) {
    line += 1
    const text = firstColumn(raw)
    if (text === '' || (line === 1 && TITLES.has(text.toLowerCase()))) continue
    yield { text, line }
  }
}

function firstColumn(raw: string): string {
  const [first = '', second] = raw.replace(/#.*$/s, '').split(/[,;\t]/, 2)
  const chosen = second !== undefined && /^\s*"?[0-9]+"?\s*$/.test(first) ? second : first
  return chosen
    .trim()
    .replace(/^"(.*)"$/, '$1')
    .trim()
}

async function* readLines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  let rest = ''
  for await (const chunk of chunks) {
    const lines = `${rest}${decoder.decode(chunk, { stream: true })}`.split(/\r\n|\n|\r(?!$)/)
    rest = (lines.pop() ?? '').slice(0, MAX_LINE_CHARACTERS)
    for (const line of lines) yield line.slice(0, MAX_LINE_CHARACTERS)
  }
  rest += decoder.decode()
  if (rest !== '') yield rest.replace(/\r$/, '')
}
