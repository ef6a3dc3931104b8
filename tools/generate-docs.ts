// Writes the pages and examples that are made from code; with --check only tells which of them are out of date.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { networkIssues } from '@sternpost/network'
import { type IssueSpec, protocolIssues } from '@sternpost/protocol'
import {
  apiIssues,
  certificateIssues,
  checkIssues,
  configIssues,
  dnsWriteIssues,
  formatApiDescription,
  formatConfigReference,
  formatExampleConfig,
  formatFindingPages,
  intakeIssues,
} from 'sternpost'

const root = join(import.meta.dirname, '..')

/** Every generated file with what it must hold. */
export function generatedFiles(): ReadonlyMap<string, string> {
  return new Map([
    ['docs/reference/configuration.md', `${formatConfigReference().trimEnd()}\n`],
    ['docs/reference/errors.md', formatErrorReference()],
    ['docs/reference/openapi.json', formatApiDescription(version())],
    ['examples/sternpost.yaml', `${formatExampleConfig().trimEnd()}\n`],
    ...[...formatFindingPages(clauses())].map(([path, text]) => [`docs/findings/${path}`, text] as const),
  ])
}

function version(): string {
  const manifest = JSON.parse(read('packages/sternpost/package.json') ?? '{}') as { version: string }
  return manifest.version
}

/** The generated files that do not hold what they must. */
export function staleFiles(): readonly string[] {
  return [...generatedFiles()].filter(([file, text]) => read(file) !== text).map(([file]) => file)
}

/** Where each code of the tables comes from. */
function clauses(): Readonly<Record<string, string>> {
  const specs: Readonly<Record<string, IssueSpec>> = {
    ...protocolIssues,
    ...networkIssues,
    ...intakeIssues,
    ...checkIssues,
  }
  return Object.fromEntries(Object.entries(specs).map(([code, { clause }]) => [code, clause]))
}

/** Pages of findings that are said no more. */
export function orphanedFiles(): readonly string[] {
  const files = generatedFiles()
  return readdirSync(join(root, 'docs/findings'), { recursive: true, encoding: 'utf8' })
    .map(path => `docs/findings/${path.replaceAll('\\', '/')}`)
    .filter(path => path.endsWith('.md') && !files.has(path))
}

function formatErrorReference(): string {
  const tables = [
    [
      'The standards',
      'Reported by `@sternpost/protocol` about names, records, policies and what Postfix asks.',
      protocolIssues,
    ],
    ['The outside world', 'Reported by `@sternpost/network` about DNS and policy hosts.', networkIssues],
    [
      'Certificates',
      'Why a policy host has no new certificate; shown with its domain and in the log.',
      certificateIssues,
    ],
    [
      'DNS records written',
      'Why a record could not be read, written or seen at every name server; see [the guide](../guides/dns-writers.md).',
      dnsWriteIssues,
    ],
    [
      'Findings',
      'Said by `sternpost check` and `lint`; each has [a page of its own](../findings/README.md).',
      checkIssues,
    ],
    [
      'The API',
      'Answered by the daemon as a problem document (RFC 9457); see [the guide](../guides/api.md).',
      apiIssues,
    ],
    ['Reports coming in', 'Reported about mail and files before a report is found in them.', intakeIssues],
  ] as const
  return [
    '# Error codes',
    '',
    'Made from the code by `tools/generate-docs.ts`. A code is stable: it stands in `--json`, in logs and as metric',
    'label. "Temporary" means that trying again can give another answer without anybody mending anything. The result',
    'type is what a TLS report calls it (RFC 8460 §4.3), where one mentions it.',
    '',
    ...tables.flatMap(([title, about, specs]) => [`## ${title}`, '', about, '', ...issueTable(specs), '']),
    '## The configuration',
    '',
    'Reported about `sternpost.yaml`, with file, line and column.',
    '',
    '| Code | Rule |',
    '| --- | --- |',
    ...Object.entries(configIssues).map(([code, rule]) => `| \`${code}\` | ${rule} |`),
    '',
  ].join('\n')
}

function issueTable(specs: Readonly<Record<string, IssueSpec>>): string[] {
  return [
    '| Code | Clause | Temporary | Result type |',
    '| --- | --- | --- | --- |',
    ...Object.entries(specs).map(([code, spec]) => {
      const resultType = spec.resultType === null ? '' : `\`${spec.resultType}\``
      return `| \`${code}\` | ${spec.clause} | ${spec.temporary ? 'yes' : 'no'} | ${resultType} |`
    }),
  ]
}

function read(file: string): string | undefined {
  try {
    return readFileSync(join(root, file), 'utf8')
  } catch {
    return undefined
  }
}

function main(): void {
  const stale = staleFiles()
  const orphaned = orphanedFiles()
  if (process.argv.includes('--check')) {
    for (const file of [...stale, ...orphaned])
      console.error(`${file} is out of date; run tools/generate-docs.ts`)
    process.exitCode = stale.length + orphaned.length === 0 ? 0 : 1
    return
  }
  const files = generatedFiles()
  for (const file of stale) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    writeFileSync(join(root, file), files.get(file) ?? '')
    console.error(`wrote ${file}`)
  }
  for (const file of orphaned) {
    rmSync(join(root, file))
    console.error(`removed ${file}`)
  }
}

if (import.meta.main) main()
