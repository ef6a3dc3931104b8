import { findingPageOf, findingPagePath, nearestCodes } from '../check/index.ts'
import { type CommandIo, errLine } from './command-io.ts'
import { exitCode } from './exit-code.ts'
import { wrapText } from './text-layout.ts'

/** Says what the code of a finding means and what to do, as its page does. */
export function explainCode(io: CommandIo, code: string): void {
  const page = findingPageOf(code)
  if (page === undefined) {
    const near = nearestCodes(code)
    errLine(
      io,
      `${code}: there is no such code${near.length === 0 ? '' : `; did you mean ${near.join(' or ')}?`}`,
    )
    return io.end(exitCode.usage)
  }
  const example =
    page.example === undefined ? [] : ['', ...page.example.split('\n').map(line => `    ${line}`)]
  const lines = [
    ...wrapText(`${code}: ${page.title}`),
    '',
    ...wrapText(page.meaning),
    '',
    ...wrapText(page.remedy),
    ...example,
    '',
    ...wrapText(`(${findingPagePath(code)})`),
  ]
  io.out(`${lines.join('\n')}\n`)
}
