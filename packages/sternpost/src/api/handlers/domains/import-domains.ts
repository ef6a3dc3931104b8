import { type DomainName, formatMxHostPattern, type MxHostPattern } from '@sternpost/protocol'
import {
  createPatternFinder,
  type ImportedDomain,
  type ImportedState,
  importDomains,
  readDomain,
  readMxPattern,
} from '../../../publish/index.ts'
import type { publishDomainContract } from '../../contract/publish-domain.ts'
import type { Call } from '../../endpoint.ts'
import type { PublishServices } from '../../services.ts'
import { choicesOf, type DomainChoices, type Fault, readAt, readWishes } from './read-wishes.ts'

type ImportCall = Call<(typeof publishDomainContract)['POST /domains/import']>
type Line = ImportCall['body']['domains'][number]
type ReadLine =
  | { readonly ok: true; readonly imported: ImportedDomain }
  | { readonly ok: false; readonly message: string }

interface Bad {
  readonly state: 'bad'
  readonly message: string
}
interface Good extends ImportedDomain {
  state: 'good' | ImportedState
  readonly patterns: readonly MxHostPattern[]
  /** As it was sent. */
  readonly written: Omit<Line, 'domain' | 'newMxHostPatterns'>
}

/** Brings in many domains; what becomes of each is told. */
export async function importAtOnce(desk: PublishServices, { body, audit }: ImportCall) {
  const find = createPatternFinder(desk.dns)
  const read = readLines(body.domains, choicesOf(desk))
  const lines = await Promise.all(
    read.map(async (line, at): Promise<Good | Bad> => {
      if (!line.ok) return { state: 'bad', message: line.message }
      const found = await find(line.imported)
      if (!found.ok) return { state: 'bad', message: found.message }
      const { domain: _, newMxHostPatterns: __, ...written } = body.domains[at] as Line
      return { ...line.imported, state: 'good', patterns: found.patterns, written }
    }),
  )
  const good = lines.filter(line => line.state !== 'bad')
  if (!body.dryRun) {
    const states = await importDomains(desk.rollout.publish, good, body)
    for (const [at, line] of good.entries()) {
      line.state = states[at] ?? 'unchanged'
      const mxHostPatterns = line.patterns.map(formatMxHostPattern)
      if (line.state === 'added') await audit('domain.add', line.domain, { ...line.written, mxHostPatterns })
      if (line.state === 'changed') await audit('domain.set', line.domain, line.written)
    }
    if (states.includes('added')) await desk.beginPublishing()
  }
  return {
    items: lines.map((line, at) => ({
      domain: body.domains[at]?.domain ?? '',
      state: line.state,
      message: line.state === 'bad' ? line.message : null,
      newMxHostPatterns: line.state === 'bad' ? [] : line.patterns.map(formatMxHostPattern),
    })),
  }
}

function readLines(lines: readonly Line[], choices: DomainChoices): ReadLine[] {
  const seen = new Set<DomainName>()
  return lines.map(line => {
    const read = readLine(line, choices)
    if (!read.ok) return read
    const { domain } = read.imported
    if (seen.has(domain)) return { ok: false, message: `${domain} stands here twice` }
    seen.add(domain)
    return read
  })
}

function readLine(
  { domain: name, newMxHostPatterns = [], ...written }: Line,
  choices: DomainChoices,
): ReadLine {
  const faults: Fault[] = []
  const domain = readAt('domain', faults, () => readDomain(name))
  const wishes = readWishes('', written, choices, faults)
  const known = readAt('newMxHostPatterns', faults, () => newMxHostPatterns.map(readMxPattern))
  if (domain === undefined || faults.length > 0)
    return { ok: false, message: faults.map(({ message }) => message).join('; ') }
  return { ok: true, imported: { domain, wishes, known } }
}
