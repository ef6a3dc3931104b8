import type { PublishResult, ServeRate } from './measure-publish.ts'

/** What the figures are to reach. */
export const publishGoals = { handshakesOfNginx: 0.6 } as const

const LABEL_WIDTH = 40
const COLUMN_WIDTH = 14

/** The table for the terminal: our figures, those of nginx, and ours divided by them. */
export function formatPublishResult({ plan, serve, many, imported, isPinned }: PublishResult): string {
  const [ours, peer] = serve
  const row = (
    label: string,
    pick: (rate: ServeRate) => number,
    of: 'handshakes' | 'keptAlive',
    goal = '',
  ) => {
    const mine = ours === undefined ? 0 : pick(ours[of])
    const theirs = peer === undefined ? undefined : pick(peer[of])
    const ratio = theirs === undefined ? '' : `[\u00d7${(mine / theirs).toFixed(2)}]`
    return line(label, [number(mine), theirs === undefined ? '' : number(theirs), ratio, goal])
  }
  const goal = `goal \u00d7${publishGoals.handshakesOfNginx}`
  return [
    `Policies served, ${isPinned ? 'each server on one core of its own' : 'servers and generator on the same cores'}`,
    line('', ['sternpost', peer === undefined ? '' : `nginx ${peer.version.split('-')[0]}`, '', '']),
    row('full handshake and GET, per CPU second', rate => rate.perCpuSecond, 'handshakes', goal),
    row('  per second', rate => rate.perSecond, 'handshakes'),
    row('  median, ms', rate => rate.medianMs, 'handshakes'),
    row('GET on a kept connection, per CPU second', rate => rate.perCpuSecond, 'keptAlive'),
    row('  per second', rate => rate.perSecond, 'keptAlive'),
    '',
    `${number(plan.domains)} domains, ${number(plan.certificates)} certificates on demand`,
    line('from start to the first byte, ms', [number(many.firstByteMs)]),
    line('memory at rest, MB', [number(many.restMegabytes)]),
    line('memory after every name was asked for, MB', [number(many.askedMegabytes)]),
    line('first request of a name, median, ms', [number(many.coldMedianMs)]),
    line('  99 %, ms', [number(many.coldP99Ms)]),
    '',
    line(`import of ${number(plan.imported)} domains, per second`, [number(imported.perSecond)]),
    line('  in all, seconds', [number(imported.seconds)]),
  ].join('\n')
}

function line(label: string, cells: readonly string[]): string {
  return `${label.padEnd(LABEL_WIDTH)}${cells.map(cell => cell.padStart(COLUMN_WIDTH)).join('')}`.trimEnd()
}

function number(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toPrecision(3)
}
