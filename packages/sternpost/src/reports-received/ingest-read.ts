import { domainToASCII } from 'node:url'
import { formatTlsReport, parseTlsReports, type ReportNote, type TlsReport } from '@sternpost/protocol'
import { decodeReportText } from './decode-report-text.ts'
import type { UnpackedReport } from './document.ts'
import type { IntakeVerdict } from './verdict.ts'

/** A report that was found and read. */
export interface ReadReport {
  /** The report word for word. */
  readonly json: Uint8Array
  readonly unpacked: UnpackedReport
  readonly report: TlsReport
  readonly notes: readonly ReportNote[]
}

export interface ReadReports {
  readonly read: readonly ReadReport[]
  /** What was none, or too broken, with why. */
  readonly refused: readonly IntakeVerdict[]
}

/** Reads every report among the texts of a document. */
export function readReports(texts: readonly UnpackedReport[]): ReadReports {
  const read: ReadReport[] = []
  const refused: IntakeVerdict[] = []
  for (const unpacked of texts) {
    const { text, hasReplacedBytes } = decodeReportText(unpacked.json)
    const readings = parseTlsReports(text, unpacked.context, { toAscii: domainToASCII })
    for (const [index, reading] of readings.entries()) {
      if (reading.verdict === 'report') {
        const { report } = reading
        read.push({
          json: readings.length === 1 ? unpacked.json : oneOfSeveral(text, index, readings.length, report),
          unpacked,
          report,
          notes: hasReplacedBytes ? [...reading.notes, replacedBytes] : reading.notes,
        })
      } else {
        const { verdict, reason } = reading
        const code = verdict === 'reject' ? { code: reading.code } : {}
        refused.push({ verdict, reason: `${unpacked.path}: ${reason}`, reports: [], ...code })
      }
    }
  }
  return { read, refused }
}

const replacedBytes: ReportNote = {
  kind: 'repaired',
  code: 'tls-rpt/report-encoding',
  path: '',
  message: 'bytes that are no UTF-8 were replaced by U+FFFD',
}

/** One report out of a text with several, so that each has its own text; as it was read where that cannot be told. */
function oneOfSeveral(text: string, index: number, count: number, report: TlsReport): Uint8Array {
  let all: unknown
  try {
    all = JSON.parse(text)
  } catch {
    // The reader takes forms that JSON.parse does not.
  }
  const own =
    Array.isArray(all) && all.length === count ? JSON.stringify(all[index]) : formatTlsReport(report)
  return Buffer.from(own)
}
