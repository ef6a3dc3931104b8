import type { DomainName } from '@sternpost/protocol'
import type * as z from 'zod'
import {
  type Delegation,
  type DomainWishes,
  type NewDomain,
  newDomain,
  readBimi,
  readFirstMode,
  readMxPattern,
  readReportUri,
  readTlsa,
  WishError,
} from '../../../publish/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { newDomain as newDomainSchema } from '../../contract/domain-schemas.ts'
import type { PublishServices } from '../../services.ts'

/** What is wrong with the input, and where. */
export interface Fault {
  readonly path: string
  readonly message: string
}

type WrittenWishes = Partial<Omit<z.output<typeof newDomainSchema>, 'domain'>>

/** What the configuration lets a domain choose. */
export interface DomainChoices {
  readonly delegations: Delegation[]
  readonly dnsWriters: string[]
}

export function choicesOf({ recordSettings, records }: PublishServices): DomainChoices {
  return {
    delegations: recordSettings.operatorZone === undefined ? ['direct'] : ['direct', 'cname'],
    dnsWriters: records.writers.map(({ name }) => name),
  }
}

/** Reads what a person wrote; a fault is noted with its place, and the rest is read all the same. */
export function readAt<T>(path: string, faults: Fault[], read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (!(error instanceof WishError)) throw error
    faults.push({ path, message: error.message })
    return undefined
  }
}

/** Reads one thing. Errors: `api/unprocessable` with its place. */
export function readOne<T>(path: string, read: () => T): T {
  const faults: Fault[] = []
  const value = readAt(path, faults, read)
  refuseFaults(faults)
  return value as T
}

/** Reads what is wanted of a domain; every fault is noted with its place below `place`. */
export function readWishes(
  place: string,
  written: WrittenWishes,
  { delegations, dnsWriters }: DomainChoices,
  faults: Fault[],
): DomainWishes {
  const { mode, delegation, dnsWriter, bimi } = written
  const each = <Item, T>(name: string, items: readonly Item[] | undefined, read: (item: Item) => T) =>
    items?.flatMap((item, index) => {
      const value = readAt(`${place}.${name}[${index}]`, faults, () => read(item))
      return value === undefined ? [] : [value]
    })
  const wishes: DomainWishes = {
    mxHostPatterns: each('mxHostPatterns', written.mxHostPatterns, readMxPattern),
    maxAgeSeconds: written.maxAgeSeconds,
    tlsRptRua: each('tlsRptRua', written.tlsRptRua, readReportUri),
    mode: mode === undefined ? undefined : readAt(`${place}.mode`, faults, () => readFirstMode(mode)),
    delegation,
    policyIdForm: written.policyIdForm,
    dnsWriter,
    dnsApply: written.dnsApply,
    bimi: bimi === undefined || bimi === null ? bimi : readAt(`${place}.bimi`, faults, () => readBimi(bimi)),
    tlsa: each('tlsa', written.tlsa, ({ mxHost, records }) => readTlsa(mxHost, records)),
  }
  if (delegation !== undefined && !delegations.includes(delegation))
    faults.push({
      path: `${place}.delegation`,
      message: 'publish.dns.operatorZone does not say where aliases lead to',
    })
  if (dnsWriter !== undefined && dnsWriter !== 'none' && !dnsWriters.includes(dnsWriter))
    faults.push({ path: `${place}.dnsWriter`, message: 'the configuration has no writer of this name' })
  const hosts = wishes.tlsa?.map(({ mxHost }) => mxHost) ?? []
  const twice = hosts.findIndex((host, index) => hosts.indexOf(host) < index)
  if (twice !== -1)
    faults.push({
      path: `${place}.tlsa`,
      message: `${hosts[twice]} stands here twice; list its records together`,
    })
  return wishes
}

/** Reads a domain that is new, with what nobody wished for at its default; faults as with `readWishes`. */
export function readNewDomain(
  place: string,
  domain: DomainName,
  written: WrittenWishes,
  choices: DomainChoices,
  faults: Fault[],
): NewDomain {
  const wishes = readWishes(place, written, choices, faults)
  if ((written.mxHostPatterns ?? []).length === 0 && wishes.mode !== 'none')
    faults.push({
      path: `${place}.mxHostPatterns`,
      message: 'a policy needs one MX host at least (RFC 8461 §3.2)',
    })
  return newDomain(domain, wishes, wishes.mxHostPatterns ?? [])
}

/** Errors: `api/unprocessable` with every fault, where there is one. */
export function refuseFaults(faults: readonly Fault[]): void {
  const [first, ...others] = faults
  if (first === undefined) return
  const detail = others.length === 0 ? first.message : 'the settings cannot be taken as they are'
  throw new ApiProblem('api/unprocessable', detail, { issues: faults })
}
