/** Where the documentation says what a code means and what to do, from the root of the repository. */
export function findingPagePath(code: string): string {
  return `docs/findings/${code}.md`
}
