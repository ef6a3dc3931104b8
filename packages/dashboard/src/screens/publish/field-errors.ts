import { ApiError } from '../../api/index.ts'

/** What the API says is wrong at a field of its input; undefined where nothing is. */
export function errorAt(error: unknown, path: string): string | undefined {
  if (!(error instanceof ApiError)) return undefined
  const issues = error.problem.issues ?? []
  const at = issues.filter(issue => issue.path === path || issue.path.startsWith(`${path}[`))
  return at.length === 0 ? undefined : at.map(({ message }) => message).join('; ')
}

/** Whether an error is told at one of these fields already. */
export function isTold(error: unknown, paths: readonly string[]): boolean {
  return paths.some(path => errorAt(error, path) !== undefined)
}
