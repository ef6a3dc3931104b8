import { findingPages } from '../catalogue/index.ts'

const MAX_NEAR = 3

/** Codes that somebody may have meant who wrote another one: with the same words in them, the likest first. */
export function nearestCodes(text: string): string[] {
  const words = text
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter(word => word.length > 2)
  return Object.keys(findingPages)
    .map(code => ({ code, shared: words.filter(word => code.includes(word)).length }))
    .filter(({ shared }) => shared > 0)
    .sort((a, b) => b.shared - a.shared || a.code.length - b.code.length || (a.code < b.code ? -1 : 1))
    .slice(0, MAX_NEAR)
    .map(({ code }) => code)
}
