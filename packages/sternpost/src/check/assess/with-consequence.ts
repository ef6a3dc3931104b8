import type { Finding } from '../finding.ts'

/** Says of an error in a text, which a parser only describes, what senders do with it. */
export function withConsequence(found: Finding, consequence: string): Finding {
  if (found.severity !== 'error') return found
  const what = found.message.endsWith('.') ? found.message.slice(0, -1) : found.message
  return { ...found, message: `${what}. ${consequence[0]?.toUpperCase()}${consequence.slice(1)}.` }
}
