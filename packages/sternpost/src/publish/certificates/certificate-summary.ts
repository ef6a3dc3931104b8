import { sql } from 'kysely'
import type { Store } from '../../store/index.ts'
import type { CertificateState } from './certificate-source.ts'
import type { CertificateOrderRow, CertificateRow } from './certificate-store.ts'
import { type LoadedCertificate, loadCertificate } from './judge-certificate.ts'
import { overdueTime } from './renewal-schedule.ts'

const DAY_MS = 86_400_000

/** How all certificates stand together, for health and metrics. */
export interface CertificateSummary {
  /** Hosts that certificates are wanted for. */
  readonly wanted: number
  /** Those with a certificate that was ordered, whatever its state. */
  readonly held: number
  readonly expiring: number
  readonly expired: number
  /** Those that were tried for in vain and have none. */
  readonly failing: number
  /** The one that ends, or ended, first of those that are not well. */
  readonly worst: { readonly notAfter: number } | undefined
}

/** Counts; undefined where the database does not answer. */
export async function summarizeCertificates(
  store: Store,
  now: number,
): Promise<CertificateSummary | undefined> {
  return await store.read(async db => {
    const { rows } = await sql<Record<'wanted' | 'held' | 'failing', number | null>>`
      SELECT count(*) AS wanted, sum(is_held) AS held,
        sum(CASE WHEN is_held = 0 AND failures > 0 THEN 1 ELSE 0 END) AS failing
      FROM certificate_orders`.execute(db)
    const overdue = await db
      .selectFrom('certificates as c')
      .innerJoin('certificate_orders as o', 'o.host', 'c.host')
      .select('c.not_after')
      // A sixth of the life is left, see `overdueTime`, in the words of the index.
      .where(sql<boolean>`c.not_after * 5 + c.not_before <= ${6 * now}`)
      .execute()
    const expired = overdue.filter(({ not_after }) => not_after <= now).length
    const [worst] = overdue.sort((a, b) => a.not_after - b.not_after)
    return {
      wanted: Number(rows[0]?.wanted ?? 0),
      held: Number(rows[0]?.held ?? 0),
      expiring: overdue.length - expired,
      expired,
      failing: Number(rows[0]?.failing ?? 0),
      worst: worst === undefined ? undefined : { notAfter: worst.not_after },
    }
  })
}

/** Puts together what is known of one host. */
export function describeState(
  host: string,
  row: CertificateRow | undefined,
  order: CertificateOrderRow | undefined,
  file: LoadedCertificate | undefined,
  now: number,
): CertificateState {
  const fromFile = file !== undefined && file.notAfter >= (row?.not_after ?? 0) ? file : undefined
  const served = fromFile ?? (row === undefined ? undefined : storedFacts(row))
  const error = order?.last_error as NonNullable<CertificateState['lastError']>['code'] | null | undefined
  return {
    host,
    condition: conditionOf(served, now),
    origin: served === undefined ? undefined : fromFile === undefined ? 'acme' : 'file',
    notBefore: served?.notBefore,
    notAfter: served?.notAfter,
    daysLeft: served === undefined ? undefined : Math.floor((served.notAfter - now) / DAY_MS),
    issuer: served?.issuer,
    nextTryAt: fromFile === undefined ? order?.next_try_at : undefined,
    failures: order?.failures ?? 0,
    lastError:
      error == null
        ? undefined
        : { code: error, message: order?.last_error_message ?? '', at: order?.last_tried_at ?? 0 },
  }
}

interface ServedFacts {
  readonly notBefore: number
  readonly notAfter: number
  readonly issuer: string
}

function storedFacts(row: CertificateRow): ServedFacts {
  try {
    return loadCertificate({ chainPem: row.chain_pem, keyPem: row.key_pem })
  } catch {
    // A damaged row is served to nobody, and is renewed like one that ended.
    return { notBefore: row.not_before, notAfter: row.not_before, issuer: '' }
  }
}

function conditionOf(served: ServedFacts | undefined, now: number): CertificateState['condition'] {
  if (served === undefined) return 'none'
  if (served.notAfter <= now) return 'expired'
  return overdueTime(served) <= now ? 'expiring' : 'valid'
}
