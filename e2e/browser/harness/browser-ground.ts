import { readFileSync } from 'node:fs'
import type { LabPlace } from '../../daemon/daemon-process.ts'

/** What one run of the suite prepares for all its files. */
export interface BrowserGround {
  /** Where the one browser is connected to. */
  readonly browser: string
  /** A data folder that lived through six weeks, to be copied. */
  readonly seedFolder: string
  readonly lab: LabPlace
}

/** Names the file that tells test files of the ground. */
export const GROUND_FILE = 'STERNPOST_BROWSER_GROUND'

/** The ground this test file runs on. */
export function browserGround(): BrowserGround {
  const file = process.env[GROUND_FILE]
  if (file === undefined) throw new Error('these tests run with: npm test browser')
  return JSON.parse(readFileSync(file, 'utf8')) as BrowserGround
}
