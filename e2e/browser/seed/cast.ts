import type { LabDomainSpec, LabSpec } from '@sternpost/lab'
import { reportKeyRecord } from '../../harness/report-mail.ts'

/** One domain of the seed: how it is seen from outside, and what becomes of it. */
export interface Role {
  readonly domain: string
  /** Days before the end of the seed when it was added. */
  readonly addedDaysAgo: number
  readonly mxHosts: readonly string[]
  /** What somebody does with it, by days before the end. */
  readonly deeds?: readonly Deed[]
  /** Sessions a day and reporter, about. */
  readonly sessions: number
  readonly failures?: readonly RoleFailure[]
}

export type Deed =
  | { readonly daysAgo: number; readonly kind: 'enforce' | 'hold' | 'roll-back' | 'exit' }
  | { readonly daysAgo: number; readonly kind: 'enforce-anyway'; readonly reason: string }
  | { readonly daysAgo: number; readonly kind: 'mx-moves'; readonly mxHosts: readonly string[] }

/** Failures that reporters tell of, every day from one day before the end to another. */
export interface RoleFailure {
  readonly fromDaysAgo: number
  readonly toDaysAgo: number
  readonly resultType: string
  readonly mxHost: string | undefined
  readonly count: number
  readonly reporters: readonly string[]
  readonly reasonCode?: string
}

/** The domains of the customer whose people see nothing else, and one of another's. */
export const customerDomains = ['alder.example', 'alder-shop.example'] as const
export const otherCustomersDomain = 'birch.example'

/** Mail is received for it and reported about; no policy is published here. */
export const onlyReported = 'maple.example'
/** Not ours: reports about it are put aside. */
export const strangersDomain = 'stranger.example'

export const seedDays = 40

export const roles: readonly Role[] = [
  {
    domain: 'alder.example',
    addedDaysAgo: 40,
    mxHosts: ['mx1.alder.example', 'mx2.alder.example'],
    sessions: 420,
    deeds: [{ daysAgo: 18, kind: 'enforce' }],
    failures: [
      {
        fromDaysAgo: 39,
        toDaysAgo: 36,
        resultType: 'certificate-host-mismatch',
        mxHost: 'mx2.alder.example',
        count: 14,
        reporters: ['Big Mail', 'Portal'],
      },
      {
        fromDaysAgo: 6,
        toDaysAgo: 6,
        resultType: 'sts-policy-fetch-error',
        mxHost: undefined,
        count: 3,
        reporters: ['University of Examples'],
      },
    ],
  },
  {
    domain: 'alder-shop.example',
    addedDaysAgo: 18,
    mxHosts: ['mx1.alder-shop.example', 'mx2.alder-shop.example'],
    sessions: 130,
    failures: [
      {
        fromDaysAgo: 9,
        toDaysAgo: 1,
        resultType: 'certificate-expired',
        mxHost: 'mx2.alder-shop.example',
        count: 17,
        reporters: ['Big Mail', 'Office Mail', 'Portal'],
      },
      {
        fromDaysAgo: 4,
        toDaysAgo: 3,
        resultType: 'starttls-not-supported',
        mxHost: 'mx1.alder-shop.example',
        count: 4,
        reporters: ['Cable Communications'],
      },
    ],
  },
  {
    domain: 'birch.example',
    addedDaysAgo: 22,
    mxHosts: ['mx.birch.example'],
    sessions: 900,
  },
  {
    domain: 'birch-news.example',
    addedDaysAgo: 38,
    mxHosts: ['mx1.birch-news.example', 'mx2.birch-news.example'],
    sessions: 260,
    deeds: [
      { daysAgo: 20, kind: 'enforce' },
      { daysAgo: 2, kind: 'mx-moves', mxHosts: ['mx1.birch-news.example', 'in.filter.example'] },
    ],
    failures: [
      {
        fromDaysAgo: 2,
        toDaysAgo: 1,
        resultType: 'validation-failure',
        mxHost: 'in.filter.example',
        count: 61,
        reporters: ['Big Mail', 'Office Mail', 'Portal', 'Cable Communications'],
        reasonCode: 'mx-mismatch',
      },
    ],
  },
  { domain: 'cedar.example', addedDaysAgo: 1, mxHosts: ['mx.cedar.example'], sessions: 0 },
  {
    domain: 'dogwood.example',
    addedDaysAgo: 30,
    mxHosts: ['mx.dogwood.example'],
    sessions: 75,
    deeds: [
      { daysAgo: 24, kind: 'enforce-anyway', reason: 'the contract asks for it this month' },
      { daysAgo: 8, kind: 'roll-back' },
    ],
    failures: [
      {
        fromDaysAgo: 10,
        toDaysAgo: 8,
        resultType: 'certificate-not-trusted',
        mxHost: 'mx.dogwood.example',
        count: 40,
        reporters: ['Big Mail', 'Cable Communications'],
        reasonCode: 'unable to get local issuer certificate',
      },
    ],
  },
  {
    domain: 'elm.example',
    addedDaysAgo: 36,
    mxHosts: ['mx.elm.example'],
    sessions: 20,
    deeds: [{ daysAgo: 1, kind: 'exit' }],
  },
  {
    domain: 'fir.example',
    addedDaysAgo: 26,
    mxHosts: ['mx.fir.example'],
    sessions: 33,
    deeds: [{ daysAgo: 12, kind: 'hold' }],
  },
  {
    domain: 'xn--mller-kva.example',
    addedDaysAgo: 40,
    mxHosts: ['mx.xn--mller-kva.example'],
    sessions: 310,
    deeds: [{ daysAgo: 19, kind: 'enforce' }],
  },
]

export interface Reporter {
  readonly name: string
  readonly domain: string
  /** How its reports come in: signed mail is believed, HTTPS is not proved, unsigned mail is not believed. */
  readonly way: 'signed-mail' | 'mail' | 'https' | 'file'
  /** Part of all sessions. */
  readonly share: number
}

export const reporters: readonly Reporter[] = [
  { name: 'Big Mail', domain: 'big.example', way: 'signed-mail', share: 1 },
  { name: 'Office Mail', domain: 'office.example', way: 'signed-mail', share: 0.7 },
  { name: 'Portal', domain: 'portal.example', way: 'file', share: 0.4 },
  { name: 'Cable Communications', domain: 'cable.example', way: 'signed-mail', share: 0.2 },
  { name: 'University of Examples', domain: 'university.example', way: 'https', share: 0.05 },
  { name: 'Nobody Knows', domain: 'nobody.example', way: 'mail', share: 0.1 },
]

/** Domains of others that mail is sent to. */
export const destinations: Readonly<Record<string, LabDomainSpec>> = {
  'fine.example': { policy: { maxAgeSeconds: 604_800 }, tlsRpt: 'mailto:tls@fine.example' },
  'signed.example': {
    dnssec: 'secure',
    mx: { 'mx.signed.example': { tlsa: ['3 1 1'] } },
    policy: {},
    tlsRpt: 'mailto:tls@signed.example',
  },
  'trying.example': { policy: { mode: 'testing' } },
  'plain.example': {},
  'expired.example': { policy: {}, mx: { 'mx.expired.example': { certificate: 'expired' } } },
  'bogus.example': { dnssec: 'bogus' },
}

/** The world the daemon of the tests looks at: the seed's domains, and those of others. */
export function seedLab(): LabSpec {
  const ours = roles.map(({ domain, mxHosts, deeds }) => {
    const moved = deeds?.find(deed => deed.kind === 'mx-moves')
    const hosts = moved?.mxHosts ?? mxHosts
    const spec: LabDomainSpec = {
      mx: Object.fromEntries(hosts.map(host => [host, {}])),
      // The file and the id of what the seed has published by its end take this one's place.
      policy: { mode: 'testing', mx: mxHosts },
      tlsRpt: `mailto:tls-reports@${domain}`,
      nameServers: 1,
    }
    return [domain, spec] as const
  })
  const keys = reporters
    .filter(({ way }) => way === 'signed-mail')
    .map(({ domain }) => reportKeyRecord(domain))
  return {
    domains: { ...Object.fromEntries(ours), ...destinations },
    zone: Object.fromEntries(
      keys.map(({ name, data }) => [name, { TXT: data.replace(/"\s*"/g, '').replaceAll('"', '') }]),
    ),
  }
}
