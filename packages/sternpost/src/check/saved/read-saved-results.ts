import { parseSavedResult, type SavedResult } from './check-result-schema.ts'

/** A whole file of one result may have so many characters, one line of a longer file likewise. */
const MAX_CHARACTERS = 16 * 1024 * 1024

/**
 * Reads a file of saved results: one on each line, or one alone over many lines.
 *
 * Shape: entries of a list in which there was no domain are left out. Ends with the first that is no result.
 */
export async function* readSavedResults(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<SavedResult> {
  const decoder = new TextDecoder()
  let rest = ''
  let line = 0
  let isOne = false
  for await (const chunk of chunks) {
    rest += decoder.decode(chunk, { stream: true })
    // A first line that is no whole object begins one that is written over many lines.
    isOne ||= line === 0 && rest.includes('\n') && !isWhole(rest.slice(0, rest.indexOf('\n')))
    const lines = isOne ? [rest] : rest.split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      line += 1
      const read = readLine(text, line)
      if (read !== undefined) yield read
      if (read?.ok === false) return
    }
    if (rest.length > MAX_CHARACTERS) return yield { ok: false, message: 'it is no file of saved results' }
  }
  const read = readLine(rest + decoder.decode(), line + 1)
  if (read !== undefined) yield read
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

function readLine(text: string, line: number): SavedResult | undefined {
  if (text.trim() === '' || text.startsWith('{"version":1,"domain":null,')) return undefined
  const read = parseSavedResult(text)
  return read.ok ? read : { ok: false, message: `line ${line}: ${read.message}` }
}
