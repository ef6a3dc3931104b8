import { createHash } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import { ALL_DOMAINS } from '../../store/index.ts'
import { addDays } from '../questions/days.ts'

/** How many reports a filled database has, over what. */
export interface FillPlan {
  readonly reports: number
  readonly domains: number
  readonly days: number
  readonly lastDay: string
}

const organizations = [
  'Google',
  'Microsoft',
  'Mail.ru',
  'Comcast',
  'GMX',
  'Example Mail',
  'Sender 7',
  'Sender 8',
]
const failureTypes = [
  'starttls-not-supported',
  'certificate-expired',
  'certificate-host-mismatch',
  'validation-failure',
  'sts-policy-fetch-error',
]

/**
 * Fills a migrated database with made-up reports straight through SQL, for measurements; the figures repeat from
 * run to run. One report in twenty has failures, one in a hundred two policies, one in fifty is untrusted.
 */
export function fillReports(file: string, plan: FillPlan): void {
  const database = new DatabaseSync(file)
  try {
    database.exec('PRAGMA synchronous = OFF; PRAGMA cache_size = -200000')
    database.exec('BEGIN')
    insertFacts(database, plan)
    sumUp(database)
    database.exec('COMMIT')
    database.exec('PRAGMA wal_checkpoint(TRUNCATE)')
  } finally {
    database.close()
  }
}

function insertFacts(database: DatabaseSync, plan: FillPlan): void {
  const report = insertInto(database, 'reports', [
    ['report_row_id', 'dedupe_key', 'content_hash', 'organization', 'contact_info', 'report_id', 'start_at'],
    ['end_at', 'day', 'trust', 'authentication', 'is_quarantined', 'channel', 'received_at', 'policy_count'],
    ['counted_success', 'counted_failure', 'notes'],
  ])
  const policy = insertInto(database, 'report_policies', [
    ['report_row_id', 'policy_index', 'policy_domain', 'day', 'organization', 'trust', 'is_quarantined'],
    ['policy_type', 'policy_text_hash', 'success', 'failure', 'counted_success', 'counted_failure'],
  ])
  const failure = insertInto(database, 'report_failures', [
    ['report_row_id', 'policy_index', 'failure_index', 'policy_domain', 'day', 'organization', 'trust'],
    [
      'is_quarantined',
      'policy_type',
      'result_type',
      'receiving_mx_hostname',
      'receiving_ip',
      'sending_mta_ip',
    ],
    ['failed', 'reason_code'],
  ])
  const text = insertInto(database, 'reported_policy_texts', [
    ['policy_text_hash', 'policy_strings', 'mx_patterns'],
  ])
  const hashes = Array.from({ length: plan.domains }, (_, index) => {
    const hash = hashOf(`policy ${index}`)
    const lines = ['version: STSv1', 'mode: enforce', `mx: *.${domainName(index)}`, 'max_age: 604800']
    text.run(hash, JSON.stringify(lines), JSON.stringify([`*.${domainName(index)}`]))
    return hash
  })
  const authentication = JSON.stringify({ trust: 'authenticated', reason: 'made up', signatures: [] })
  for (let id = 1; id <= plan.reports; id += 1) {
    const age = Math.floor(((plan.reports - id) * plan.days) / plan.reports)
    const day = addDays(plan.lastDay, -age)
    const at = Date.parse(`${day}T00:00:00Z`)
    const domainIndex = scatter(id) % plan.domains
    const domain = domainName(domainIndex)
    const organization = organizations[scatter(id * 7) % organizations.length]!
    const trust = id % 50 === 0 ? 'untrusted' : 'authenticated'
    const isQuarantined = id % 5_000 === 1 ? 1 : 0
    const success = 1 + (scatter(id * 3) % 200)
    const failed = id % 20 === 0 ? 1 + (scatter(id * 5) % 10) : 0
    const policyCount = id % 100 === 0 ? 2 : 1
    report.run(
      id,
      hashOf(`key ${id}`),
      hashOf(`content ${id}`),
      organization,
      'tls@sender.example',
      `${day}T00:00:00Z_${domain}`,
      at,
      at + 86_399_000,
      day,
      trust,
      authentication,
      isQuarantined,
      'smtp',
      at + 90_000_000,
      policyCount,
      success,
      failed,
      '[]',
    )
    for (let index = 0; index < policyCount; index += 1) {
      const [sessions, failures] = index === 0 ? [success, failed] : [0, 0]
      const type = index === 0 ? 'sts' : 'no-policy-found'
      const counts = [success, index === 0 ? failed : 0, sessions, failures]
      policy.run(
        id,
        index,
        domain,
        day,
        organization,
        trust,
        isQuarantined,
        type,
        hashes[domainIndex]!,
        ...counts,
      )
    }
    for (let index = 0; index < (failed > 0 ? 1 + (id % 3) : 0); index += 1) {
      failure.run(
        id,
        0,
        index,
        domain,
        day,
        organization,
        trust,
        isQuarantined,
        'sts',
        failureTypes[scatter(id + index) % failureTypes.length]!,
        `mx${index % 2}.${domain}`,
        index % 2 === 0 ? '192.0.2.1' : '2001:db8::1',
        `198.51.100.${scatter(id) % 250}`,
        failed,
        null,
      )
    }
  }
}

/** The daily sums as they would be, made from the facts at once. */
function sumUp(database: DatabaseSync): void {
  const facts = 'from report_policies where is_quarantined = 0'
  const sums = `sum(policy_index = 0), sum(success), sum(failure), sum(counted_success), sum(counted_failure) ${facts}`
  const failures = 'from report_failures where is_quarantined = 0'
  database.exec(`
    insert into report_daily select policy_domain, day, organization, policy_type, trust, ${sums} group by 1, 2, 3, 4, 5;
    insert into report_daily select '${ALL_DOMAINS}', day, organization, policy_type, trust, ${sums} group by 1, 2, 3, 4, 5;
    insert into report_daily_failures select policy_domain, day, organization, policy_type, result_type,
      receiving_mx_hostname, trust, sum(failed) ${failures} group by 1, 2, 3, 4, 5, 6, 7;
    insert into report_daily_failures select '${ALL_DOMAINS}', day, organization, policy_type, result_type, '', trust,
      sum(failed) ${failures} group by 1, 2, 3, 4, 5, 6, 7;
  `)
}

function insertInto(database: DatabaseSync, table: string, columns: readonly string[][]): StatementSync {
  const names = columns.flat()
  return database.prepare(`insert into ${table} (${names.join()}) values (${names.map(() => '?').join()})`)
}

function domainName(index: number): string {
  return `d${index}.example.com`
}

function hashOf(text: string): Uint8Array {
  return createHash('sha256').update(text).digest().subarray(0, 16)
}

/** Spreads numbers evenly and always alike. */
function scatter(seed: number): number {
  return (Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) ^ (seed << 7)) >>> 3
}
