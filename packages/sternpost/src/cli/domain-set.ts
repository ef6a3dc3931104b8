import { type DomainName, formatMtaStsPolicy } from '@sternpost/protocol'
import type { DomainWishes } from '../publish/index.ts'
import { type CommandIo, errLine, outJson } from './command-io.ts'
import { atDomainDesk, type DomainDesk } from './domain-desk.ts'
import type { WishOptions } from './domain-options.ts'
import { proposePatternsFor } from './domain-propose.ts'
import { domainJson, policyLines } from './domain-text.ts'
import { readDomain, readWishes, WishError } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { wrapText } from './text-layout.ts'

/** What `--no-…` leaves behind is false. */
export type SetOptions = Omit<WishOptions, 'rua' | 'bimi' | 'tlsa'> & {
  readonly rua?: readonly string[] | boolean
  readonly bimi?: string | boolean
  readonly tlsa?: readonly string[] | boolean
}

/** `domain set`: changes what is wanted; senders get it by the roll-out. */
export async function setDomain(io: CommandIo, options: SetOptions, name: string): Promise<void> {
  await atDomainDesk(io, options, 'write', desk => setAt(desk, io, options, name))
}

async function setAt(desk: DomainDesk, io: CommandIo, options: SetOptions, name: string): Promise<void> {
  const domain = readDomain(name)
  const { rua, bimi, tlsa, ...rest } = options
  const written: WishOptions = {
    ...rest,
    ...(Array.isArray(rua) ? { rua } : {}),
    ...(typeof bimi === 'string' ? { bimi } : {}),
    ...(Array.isArray(tlsa) ? { tlsa } : {}),
  }
  const wishes = readWishes(written)
  if (wishes.mode !== undefined)
    throw new WishError(`the mode of a published domain is changed by ${io.invokedAs} rollout ${domain}`)
  if (typeof (await desk.find(domain)) === 'string') return notThere(io, domain)
  const patterns = await patternsOf(desk, domain, wishes, written)
  const gone: Partial<DomainWishes> = {
    ...(rua === false ? { tlsRptRua: [] } : {}),
    ...(bimi === false ? { bimi: null } : {}),
    ...(tlsa === false ? { tlsa: [] } : {}),
  }
  const known = await desk.change(domain, { ...wishes, mxHostPatterns: patterns, ...gone })
  if (known === undefined) return notThere(io, domain)
  const { stored: changed, versions } = known
  if (options.json === true) return outJson(io, domainJson(changed, versions))
  const served = versions.find(({ policyId }) => policyId === changed.servedPolicyId)
  const text = formatMtaStsPolicy(changed.wanted)
  io.out(
    `${[
      `${domain}: wanted now`,
      ...policyLines(text),
      '',
      ...wrapText(
        served?.text === text
          ? 'The policy that is served says the same.'
          : `Senders still get policy ${served?.policyId ?? 'none'}. Next: ${io.invokedAs} rollout ${domain} brings it to them: policy first, then its id.`,
      ),
      ...wrapText(`Records: ${io.invokedAs} records ${domain}`),
    ].join('\n')}\n`,
  )
}

function notThere(io: CommandIo, domain: DomainName): void {
  errLine(io, `${domain} is not published here; to begin: ${io.invokedAs} domain add ${domain}`)
  io.end(exitCode.findings)
}

async function patternsOf(desk: DomainDesk, domain: DomainName, wishes: DomainWishes, options: WishOptions) {
  const asksForPatterns =
    wishes.mxHostPatterns !== undefined || options.fromMx === true || options.preset !== undefined
  if (!asksForPatterns) return undefined
  const { patterns, seen } = await proposePatternsFor(desk, domain, true, wishes, options)
  if (patterns === undefined)
    throw new WishError(
      `${domain}: no MX host is known${'reason' in seen ? ` (${seen.reason})` : ''}; name them with --mx`,
    )
  return patterns
}
