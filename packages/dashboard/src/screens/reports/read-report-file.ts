import {
  explainReport,
  parseTlsReports,
  type ReportExplanation,
  type ReportNote,
  type TlsReport,
} from '@sternpost/protocol'
import { UnpackError, unpackBytes } from './unpack-bytes.ts'
import { unpackZip } from './unpack-zip.ts'

/** A report read in this page. */
export interface ReadReport {
  readonly report: TlsReport
  readonly notes: readonly ReportNote[]
  readonly explanation: ReportExplanation
  /** The text it was read from. */
  readonly text: string
}

/** What came of reading a file. */
export interface ReadFile {
  readonly reports: readonly ReadReport[]
  /** What in it could not be read and why, sentences for people. */
  readonly refused: readonly string[]
  /** Whether Sternpost itself may make more of it than this page can. */
  readonly isForSternpost: boolean
}

/** As much as Sternpost takes in one piece. Units: bytes, packed and unpacked. */
export const MAX_FILE_BYTES = 33_554_432

/** Reads a file of TLS reports without letting anything of it out of this page: JSON, gzip, zip. */
export async function readReportFile(fileName: string, bytes: Uint8Array<ArrayBuffer>): Promise<ReadFile> {
  if (bytes.length > MAX_FILE_BYTES) return refuse('It is larger than 32 MiB, which no TLS report is.')
  try {
    const members = await unpack(fileName, bytes)
    if (members === 'mail')
      return refuse(
        'It is a mail. This page reads reports only, not the mails around them; Sternpost itself reads both, and checks the signature, when you keep it here.',
        true,
      )
    const read = members.map(member => readMember(member.name, member.bytes))
    return {
      reports: read.flatMap(({ reports }) => reports),
      refused: read.flatMap(({ refused }) => refused),
      isForSternpost: read.some(({ isForSternpost }) => isForSternpost),
    }
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error
    return refuse(`It cannot be unpacked: ${error.message}.`)
  }
}

interface Member {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

async function unpack(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<readonly Member[] | 'mail'> {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    return [{ name, bytes: await unpackBytes(bytes, 'gzip', MAX_FILE_BYTES) }]
  if (bytes[0] === 0x50 && bytes[1] === 0x4b) {
    const members = await unpackZip(bytes, MAX_FILE_BYTES)
    return Promise.all(
      members.map(async member =>
        member.bytes[0] === 0x1f && member.bytes[1] === 0x8b
          ? { name: member.name, bytes: await unpackBytes(member.bytes, 'gzip', MAX_FILE_BYTES) }
          : member,
      ),
    )
  }
  return looksLikeMail(bytes) ? 'mail' : [{ name, bytes }]
}

const MAIL_HEADER =
  /^(?:content-type|date|delivered-to|dkim-signature|from|message-id|mime-version|received|return-path|subject|to)[ \t]*:/im

function looksLikeMail(bytes: Uint8Array): boolean {
  const head = new TextDecoder('latin1').decode(bytes.subarray(0, 4_096)).trimStart()
  return !head.startsWith('{') && !head.startsWith('[') && MAIL_HEADER.test(head)
}

function readMember(fileName: string, bytes: Uint8Array): ReadFile {
  const { text, note } = decode(bytes)
  const readings = parseTlsReports(text, { fileName }, { toAscii })
  const reports: ReadReport[] = []
  const refused: string[] = []
  for (const reading of readings) {
    if (reading.verdict !== 'report') {
      refused.push(`It is no TLS report that can be read: ${reading.reason}.`)
      continue
    }
    const { report, notes } = reading
    reports.push({
      report,
      notes: note === undefined ? notes : [...notes, note],
      explanation: explainReport(report),
      text,
    })
  }
  return { reports, refused, isForSternpost: false }
}

/** Lenient: UTF-16 with its mark (Windows tools); bytes that are no text become U+FFFD. */
function decode(bytes: Uint8Array): { readonly text: string; readonly note?: ReportNote } {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe
      ? 'utf-16le'
      : bytes[0] === 0xfe && bytes[1] === 0xff
        ? 'utf-16be'
        : 'utf-8'
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) }
  } catch {
    return {
      text: new TextDecoder(encoding).decode(bytes),
      note: {
        kind: 'repaired',
        code: 'tls-rpt/report-encoding',
        path: '',
        message: 'bytes that are no UTF-8 were replaced by U+FFFD',
      },
    }
  }
}

/** The browser's own way to write a name in letters of any script as DNS has it. */
function toAscii(name: string): string {
  try {
    return new URL(`http://${name}`).hostname
  } catch {
    return ''
  }
}

function refuse(reason: string, isForSternpost = false): ReadFile {
  return { reports: [], refused: [reason], isForSternpost }
}
