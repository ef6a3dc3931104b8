import { type FindingPage, findingPages } from '../catalogue/index.ts'

/** What the catalogue says of a code; undefined for one of another version. */
export function findingPageOf(code: string): FindingPage | undefined {
  return Object.hasOwn(findingPages, code) ? findingPages[code as keyof typeof findingPages] : undefined
}
