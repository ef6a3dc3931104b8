import type { ContenderResult } from './measure-contender.ts'

/** One line of the table: a number of each contender, undefined where it has none. */
interface Row {
  readonly label: string
  readonly digits: number
  readonly values: readonly (number | undefined)[]
}

const LABEL_WIDTH = 46
const COLUMN_WIDTH = 26

/** The table for the terminal; behind a peer's number stands ours divided by it. */
export function formatReport(results: readonly ContenderResult[]): string {
  const header = `${''.padEnd(LABEL_WIDTH)}${results.map(({ name }) => name.padStart(COLUMN_WIDTH)).join('')}`
  const lines = sections(results).flatMap(([title, rows]) => [
    '',
    title,
    ...rows.filter(({ values }) => values.some(value => value !== undefined)).map(formatRow),
  ])
  return [header, ...lines, '', '[×n]: ours divided by theirs. Lower is better except for rates.'].join('\n')
}

function sections(results: readonly ContenderResult[]): [string, Row[]][] {
  const row = (
    label: string,
    digits: number,
    pick: (result: ContenderResult) => number | undefined,
  ): Row => ({
    label,
    digits,
    values: results.map(pick),
  })
  const first = results[0]?.warm ?? []
  const warm = first.map(({ names, pinned, connections }): [string, Row[]] => {
    const of = (result: ContenderResult) =>
      result.warm.find(one => one.names === names && one.pinned === pinned && one.connections === connections)
    const what = names === 'all' ? 'MTA-STS, DANE and none' : 'MTA-STS only'
    const where = pinned ? ', a core for each side' : ''
    return [
      `Known names (${what}), ${connections} connection${connections === 1 ? '' : 's'}${where}`,
      [
        row('lookups/s', 0, result => of(result)?.lookupsPerSecond),
        row('CPU s per 100,000', 2, result => of(result)?.cpuSecondsPer100k),
        row('p50 ms', 3, result => of(result)?.p50Ms),
        row('p99 ms', 3, result => of(result)?.p99Ms),
        row('generator busy, %', 0, result => 100 * (of(result)?.generatorBusy ?? Number.NaN)),
        row('errors', 0, result => of(result)?.errors || undefined),
      ],
    ]
  })
  const cold = (['first', 'next', 'withSts'] as const).map((kind): [string, Row[]] => {
    const count = results[0]?.cold[kind].domains ?? 0
    const title = {
      first: `Discovery, the first ${count} names after the start (DANE or none), 16 connections`,
      next: `Discovery, ${count} more in the same process`,
      withSts: `Discovery, ${count} names, a fifth with a policy to fetch, first after the start`,
    }[kind]
    return [
      title,
      [
        row('domains/s', 0, ({ cold: all }) => all[kind].domainsPerSecond),
        row('CPU s per 1,000', 2, ({ cold: all }) => all[kind].serverCpuSecondsPer1000),
        row('p99 ms', 1, ({ cold: all }) => all[kind].p99Ms),
        row('world busy, %', 0, ({ cold: all }) => 100 * all[kind].worldBusy),
        row('deferred (TEMP)', 0, ({ cold: all }) => all[kind].replies.temporary || undefined),
      ],
    ]
  })
  const megabytes = (key: keyof ContenderResult['memory'], label: string) =>
    row(label, 0, ({ memory }) => memory[key]?.rssMegabytes)
  return [
    ...warm,
    ...cold,
    [
      'Memory (RSS), MB',
      [
        megabytes('known', '3,000 domains known'),
        megabytes('many', '100,000 domains asked (2 % MTA-STS, 18 % DANE)'),
        megabytes('stored', '100,000 policies stored'),
        megabytes('storedAsked', '100,000 policies stored and all asked'),
      ],
    ],
    [
      'Start of the process to first answer, ms',
      [
        row('with what it kept of the above', 0, ({ start }) => start.own.firstAnswerMs),
        row('100,000 policies stored', 0, ({ start }) => start.stored?.firstAnswerMs),
      ],
    ],
  ]
}

function formatRow({ label, digits, values }: Row): string {
  const [ours] = values
  const cells = values.map((value, index) => {
    if (value === undefined || Number.isNaN(value)) return '–'.padStart(COLUMN_WIDTH)
    const number = value.toLocaleString('en', {
      maximumFractionDigits: digits,
      minimumFractionDigits: digits,
    })
    const ratio = index === 0 || ours === undefined || value === 0 ? '' : ` [×${(ours / value).toFixed(2)}]`
    return `${number}${ratio}`.padStart(COLUMN_WIDTH)
  })
  return `  ${label.padEnd(LABEL_WIDTH - 2)}${cells.join('')}`
}
