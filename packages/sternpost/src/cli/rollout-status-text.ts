import type { RolloutJson, RolloutStage } from '../publish/index.ts'
import { formatMoment } from './domain-text.ts'
import { formatTable, plural, wrapText } from './text-layout.ts'

const stageWords: Readonly<Record<RolloutStage, string>> = {
  planned: 'planned: nothing is published yet',
  published: 'published in mode testing: no report has come in yet',
  gathering: 'in mode testing: evidence is gathered',
  ready: 'in mode testing, and ready to be enforced',
  enforced: 'in mode enforce',
  held: 'held',
  'rolling-back': 'on the way back to a weaker policy',
  none: 'in mode none',
  removed: 'removed',
}

const INDENT = '  '

/** Writes what `rollout DOMAIN` shows a person. */
export function formatRollout(facts: RolloutJson, invokedAs: string): string {
  const { domain, stage, heldFrom, alarm, gate, publication } = facts
  const held = heldFrom === null ? '' : ` (before: ${heldFrom})`
  const exiting = facts.isExiting && stage !== 'removed' ? ', on the way out' : ''
  return `${[
    ...wrapText(`${domain} is ${stageWords[stage]}${held}${exiting}, since ${momentText(facts.stageSince)}.`),
    ...(alarm === null ? [] : ['', ...wrapText(`ALARM: ${alarm.message}.`)]),
    '',
    ...servedLines(facts),
    ...wrapText(`Caches: ${facts.caches.text}.`),
    ...(gate === null ? [] : ['', ...gateLines(gate)]),
    ...(publication === null ? [] : ['', ...publicationLines(publication)]),
    '',
    ...wrapText(`Next: ${facts.next}`),
    ...commandLines(facts, invokedAs),
    ...historyLines(facts),
    ...(facts.daemonRuns
      ? []
      : ['', ...wrapText(`No daemon runs on this database: nothing goes on until ${invokedAs} serve runs.`)]),
  ].join('\n')}\n`
}

function servedLines({ served, wantedMxHostPatterns }: RolloutJson): string[] {
  if (served === null) return ['No policy is served.']
  const { mode, maxAgeSeconds, mxHostPatterns: patterns } = served
  const wanted = wantedMxHostPatterns ?? patterns
  const differs = wanted.toSorted().join() !== patterns.toSorted().join()
  return [
    ...wrapText(`Served: policy ${served.policyId}, mode ${mode}, max_age ${days(maxAgeSeconds)}`),
    ...wrapText(patterns.length === 0 ? 'no MX host' : patterns.join(', '), INDENT),
    ...(differs ? wrapText(`Wanted: ${wanted.join(', ')}`) : []),
  ]
}

/** Each criterion with its value, and under it what is missing. */
export function gateLines({ at, isOpen, criteria }: NonNullable<RolloutJson['gate']>): string[] {
  const shut = criteria.filter(({ state }) => state !== 'met').length
  const verdict = isOpen ? 'open' : `shut, ${shut} of ${criteria.length} criteria are not met`
  const [title = '', ...rows] = formatTable(
    [
      { title: 'Criterion', align: 'left' },
      { title: '', align: 'left' },
      { title: 'Value', align: 'left' },
      { title: 'Wanted', align: 'left', flexible: true },
    ],
    criteria.map(({ name, state, value, wanted }) => [name, state, value, wanted]),
    80 - INDENT.length,
  )
  return [
    `Gate to mode enforce: ${verdict} (judged ${momentText(at)})`,
    `${INDENT}${title}`,
    ...rows.flatMap((row, index) => {
      const missing = criteria[index]?.missing
      return [`${INDENT}${row}`, ...(missing == null ? [] : wrapText(missing, INDENT.repeat(3)))]
    }),
  ]
}

function publicationLines(publication: NonNullable<RolloutJson['publication']>): string[] {
  const { policyId, mode, steps, reason, requestedBy } = publication
  return [
    ...wrapText(`Publication of policy ${policyId}, mode ${mode}, by ${requestedBy}: ${reason}`),
    ...steps.flatMap(({ kind, state, note, attempts }) => {
      const tries = state === 'begun' && attempts > 1 ? ` (${plural(attempts, 'try', 'tries')})` : ''
      const word = state === 'begun' ? 'now' : state
      const text = `${INDENT}${word.padEnd(8)}${kind}${tries}`
      return [text, ...(note === null || state === 'done' ? [] : wrapText(note, INDENT.repeat(5)))]
    }),
  ]
}

function commandLines(facts: RolloutJson, invokedAs: string): string[] {
  const { domain, stage, publication, autoAdvance } = facts
  const command = (text: string) => `${INDENT}${invokedAs} rollout ${text}`
  switch (stage) {
    case 'held':
      return [command(`advance ${domain}`), command(`rollback ${domain}`)]
    case 'ready':
      return autoAdvance || publication !== null ? [] : [command(`advance ${domain}`)]
    case 'none':
      return facts.isExiting ? [] : [command(`advance ${domain}`)]
    case 'enforced':
      return [command(`plan ${domain} --mx NEW-HOST…`)]
    default:
      return []
  }
}

function historyLines({ history }: RolloutJson): string[] {
  if (history.length === 0) return []
  return [
    '',
    'History',
    ...history.flatMap(({ at, from, to, by, reason, override }) => {
      const told = override === null ? '' : `; override: ${override.reason}`
      const [first = '', ...rest] = wrapText(
        `${momentText(at)}  ${from} → ${to}, ${by}: ${reason}${told}`,
        INDENT,
      )
      return [first, ...rest.map(line => `${INDENT}${line}`)]
    }),
  ]
}

function momentText(at: string): string {
  return formatMoment(Date.parse(at))
}

function days(seconds: number): string {
  return seconds % 86_400 === 0 ? plural(seconds / 86_400, 'day') : plural(seconds, 'second')
}
