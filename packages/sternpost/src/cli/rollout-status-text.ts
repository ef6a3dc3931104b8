import { formatMxHostPattern } from '@sternpost/protocol'
import type { GateVerdict, Publication, RolloutStage } from '../publish/index.ts'
import { formatMoment } from './domain-text.ts'
import type { RolloutFacts } from './rollout-facts.ts'
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
export function formatRollout(facts: RolloutFacts, invokedAs: string): string {
  const { domain, state, alarm, verdict, running } = facts
  const held = state.heldFrom === undefined ? '' : ` (before: ${state.heldFrom})`
  const exiting = state.isExiting && state.stage !== 'removed' ? ', on the way out' : ''
  return `${[
    ...wrapText(
      `${domain} is ${stageWords[state.stage]}${held}${exiting}, since ${formatMoment(state.stageSince)}.`,
    ),
    ...(alarm === undefined ? [] : ['', ...wrapText(`ALARM: ${alarm.message}.`)]),
    '',
    ...servedLines(facts),
    ...wrapText(`Caches: ${facts.horizonText}.`),
    ...(verdict === undefined ? [] : ['', ...gateLines(verdict)]),
    ...(running === undefined ? [] : ['', ...publicationLines(running)]),
    '',
    ...wrapText(`Next: ${facts.next}`),
    ...commandLines(facts, invokedAs),
    ...historyLines(facts),
    ...(facts.daemonRuns
      ? []
      : ['', ...wrapText(`No daemon runs on this database: nothing goes on until ${invokedAs} serve runs.`)]),
  ].join('\n')}\n`
}

function servedLines({ served, published }: RolloutFacts): string[] {
  if (served === undefined) return ['No policy is served.']
  const { mode, maxAgeSeconds, mxHostPatterns } = served.value
  const patterns = mxHostPatterns.map(formatMxHostPattern)
  const wanted = published?.wanted.mxHostPatterns.map(formatMxHostPattern) ?? patterns
  const differs = wanted.toSorted().join() !== patterns.toSorted().join()
  return [
    ...wrapText(`Served: policy ${served.policyId}, mode ${mode}, max_age ${days(maxAgeSeconds)}`),
    ...wrapText(patterns.length === 0 ? 'no MX host' : patterns.join(', '), INDENT),
    ...(differs ? wrapText(`Wanted: ${wanted.join(', ')}`) : []),
  ]
}

/** Each criterion with its value, and under it what is missing. */
export function gateLines({ at, isOpen, criteria }: GateVerdict): string[] {
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
    `Gate to mode enforce: ${verdict} (judged ${formatMoment(at)})`,
    `${INDENT}${title}`,
    ...rows.flatMap((row, index) => {
      const missing = criteria[index]?.missing
      return [`${INDENT}${row}`, ...(missing === undefined ? [] : wrapText(missing, INDENT.repeat(3)))]
    }),
  ]
}

function publicationLines({ policyId, mode, steps, reason, requestedBy }: Publication): string[] {
  return [
    ...wrapText(`Publication of policy ${policyId}, mode ${mode}, by ${requestedBy}: ${reason}`),
    ...steps.flatMap(({ kind, state, note, attempts }) => {
      const tries = state === 'begun' && attempts > 1 ? ` (${plural(attempts, 'try', 'tries')})` : ''
      const word = state === 'begun' ? 'now' : state
      const text = `${INDENT}${word.padEnd(8)}${kind}${tries}`
      return [text, ...(note === undefined || state === 'done' ? [] : wrapText(note, INDENT.repeat(5)))]
    }),
  ]
}

function commandLines({ domain, state, running, autoAdvance }: RolloutFacts, invokedAs: string): string[] {
  const command = (text: string) => `${INDENT}${invokedAs} rollout ${text}`
  switch (state.stage) {
    case 'held':
      return [command(`advance ${domain}`), command(`rollback ${domain}`)]
    case 'ready':
      return autoAdvance || running !== undefined ? [] : [command(`advance ${domain}`)]
    case 'none':
      return state.isExiting ? [] : [command(`advance ${domain}`)]
    case 'enforced':
      return [command(`plan ${domain} --mx NEW-HOST…`)]
    default:
      return []
  }
}

function historyLines({ history }: RolloutFacts): string[] {
  if (history.length === 0) return []
  return [
    '',
    'History',
    ...history.flatMap(({ at, from, to, by, reason, override }) => {
      const told = override === undefined ? '' : `; override: ${override.reason}`
      const [first = '', ...rest] = wrapText(
        `${formatMoment(at)}  ${from} → ${to}, ${by}: ${reason}${told}`,
        INDENT,
      )
      return [first, ...rest.map(line => `${INDENT}${line}`)]
    }),
  ]
}

function days(seconds: number): string {
  return seconds % 86_400 === 0 ? plural(seconds / 86_400, 'day') : plural(seconds, 'second')
}
