import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { nodeArguments } from '../tools/suite.ts'
import type { ParsePlan, ParseResult } from './measure-parse.ts'
import type { QuestionPlan, QuestionResult } from './measure-questions.ts'
import { runNode } from './run-node.ts'
import { sampleReport } from './sample-reports.ts'

/** How much is measured of reports that came in. */
export interface ReportsPlan {
  readonly parse: ParsePlan
  /** Reports stored straight from memory. */
  readonly stored: number
  readonly questions: Omit<QuestionPlan, 'folder'>
  /** Files that the command imports. */
  readonly files: number
}

export const reportsPlans: Readonly<Record<'full' | 'quick', ReportsPlan>> = {
  full: {
    parse: { reports: 10_000, rounds: 7 },
    stored: 50_000,
    questions: { reports: 2_000_000, times: 100 },
    files: 100_000,
  },
  quick: {
    parse: { reports: 5_000, rounds: 3 },
    stored: 20_000,
    questions: { reports: 100_000, times: 40 },
    files: 10_000,
  },
}

/** Every report stored durably, with its daily sums, by one process. */
export interface StoreResult {
  readonly reports: number
  readonly perSecond: number
  readonly perCpuSecond: number
  readonly bytesPerReport: number
  /** With the documents that wait in memory. */
  readonly peakMegabytes: number
}

/** `sternpost report import` of a folder. */
export interface FileImportResult {
  readonly files: number
  readonly perSecond: number
  readonly perCpuSecond: number
  readonly peakMegabytes: number
}

export interface ReportsResult {
  readonly parse: ParseResult
  readonly stored: StoreResult
  readonly questions: QuestionResult
  readonly fileImport: FileImportResult
}

const FILES_PER_FOLDER = 1_000
const IMPORT_RATE = 'packages/sternpost/src/reports-received/testing/import-rate.ts'

/** Measures each step of taking reports in, one process after the other; nothing is left in the folder. */
export async function measureReports(
  plan: ReportsPlan,
  folder: string,
  log: (line: string) => void,
): Promise<ReportsResult> {
  log(`reports: reading ${plan.parse.reports} in each form`)
  // Collecting garbage on other cores would make a rate that no core has.
  const oneCore = [
    '--single-threaded-gc',
    ...nodeArguments('bench/measure-parse.ts', JSON.stringify(plan.parse)),
  ]
  const parsing = await runNode(oneCore)
  const parse = JSON.parse(parsing.stdout) as ParseResult
  log(`reports: storing ${plan.stored}`)
  const stored = await inFolder(folder, data => storeReports(plan.stored, data))
  log(`reports: importing ${plan.files} files`)
  const fileImport = await inFolder(folder, data => importFiles(plan.files, data))
  log(`reports: filling a database with ${plan.questions.reports} and asking`)
  const asking = await inFolder(folder, data => {
    const questions: QuestionPlan = { ...plan.questions, folder: data }
    return runNode(nodeArguments('bench/measure-questions.ts', JSON.stringify(questions)))
  })
  return { parse, stored, fileImport, questions: JSON.parse(asking.stdout) as QuestionResult }
}

async function storeReports(count: number, data: string): Promise<StoreResult> {
  const run = await runNode(nodeArguments(IMPORT_RATE, String(count), data))
  const last = run.stderr.trimEnd().split('\n').at(-1) ?? ''
  const { perSecond, perCpuSecond, bytesPerReport } = JSON.parse(last) as StoreResult
  return { reports: count, perSecond, perCpuSecond, bytesPerReport, peakMegabytes: run.peakMegabytes }
}

async function importFiles(count: number, data: string): Promise<FileImportResult> {
  const inbox = join(data, 'inbox')
  for (let index = 0; index < count; index += 1) {
    const inside = join(inbox, String(Math.floor(index / FILES_PER_FOLDER)).padStart(4, '0'))
    if (index % FILES_PER_FOLDER === 0) mkdirSync(inside, { recursive: true })
    const { fileName, gzip } = sampleReport(index)
    writeFileSync(join(inside, fileName), gzip)
  }
  const command = [
    'packages/sternpost/dist/main.js',
    'report',
    'import',
    '--data',
    join(data, 'state'),
    inbox,
  ]
  const run = await runNode(command)
  const accepted = Number(/^accepted +([0-9,]+) /m.exec(run.stdout)?.[1]?.replaceAll(',', ''))
  if (accepted !== count) throw new Error(`${count} files were to be imported:\n${run.stdout}`)
  return {
    files: count,
    perSecond: count / run.seconds,
    perCpuSecond: count / run.cpuSeconds,
    peakMegabytes: run.peakMegabytes,
  }
}

async function inFolder<T>(parent: string, run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(parent, 'reports-'))
  try {
    return await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
