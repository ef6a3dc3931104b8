import { closeSync, existsSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { backup, DatabaseSync } from 'node:sqlite'

/** Why a database was not copied, for people. */
export class DatabaseCopyError extends Error {
  override readonly name = 'DatabaseCopyError'
}

/** Pages copied at a time; between them a daemon gets its turn. */
const PAGES_PER_STEP = 1_000

/**
 * Copies a database, also one that a daemon is writing to, into one file that is checked and on disk when done.
 *
 * Errors: `DatabaseCopyError` where there is no database, the copy is damaged or there is a file of that name.
 * Effects: the copy appears under its name only when it is whole.
 */
export async function copyDatabase(
  from: string,
  to: string,
  options: { readonly overwrite: boolean; readonly onProgress?: (done: number) => void },
): Promise<void> {
  if (!existsSync(from)) throw new DatabaseCopyError(`there is no database ${from}`)
  if (existsSync(to) && !options.overwrite) throw new DatabaseCopyError(`${to} is there already`)
  const unfinished = `${to}.unfinished-${process.pid}`
  try {
    // Made with the permissions of the database before anything is in it.
    closeSync(openSync(unfinished, 'wx', 0o600))
    const source = new DatabaseSync(from, { readOnly: true, timeout: 10_000 })
    try {
      await backup(source, unfinished, {
        rate: PAGES_PER_STEP,
        progress: ({ totalPages, remainingPages }) =>
          options.onProgress?.(totalPages === 0 ? 1 : 1 - remainingPages / totalPages),
      })
    } finally {
      source.close()
    }
    asOneFile(unfinished)
    const damage = databaseDamage(unfinished)
    if (damage !== undefined) throw new DatabaseCopyError(`the copy of ${from} is damaged: ${damage}`)
    syncToDisk(unfinished)
    renameSync(unfinished, to)
    syncToDisk(dirname(to))
  } finally {
    for (const suffix of ['', '-wal', '-shm']) rmSync(unfinished + suffix, { force: true })
  }
}

/**
 * Brings what waits in the write-ahead log into the database, so that the file alone is all of it.
 *
 * Errors: of node:sqlite; `busy` where any other process has it open.
 */
export function asOneFile(file: string): void {
  const database = new DatabaseSync(file, { timeout: 0 })
  try {
    database.exec('PRAGMA journal_mode = DELETE')
  } finally {
    database.close()
  }
}

/** What SQLite finds wrong with a file, or undefined where it is a sound database of this program. */
export function databaseDamage(file: string): string | undefined {
  try {
    const database = new DatabaseSync(file, { readOnly: true })
    try {
      const [found] = database.prepare('PRAGMA quick_check(1)').all()
      const verdict = String(found?.quick_check)
      if (verdict !== 'ok') return verdict
      const isOurs = database.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'mta_sts_policies'").get()
      return isOurs === undefined ? 'it is a database, but not one of Sternpost' : undefined
    } finally {
      database.close()
    }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** Waits until a file, or the names in a folder, are on disk. */
export function syncToDisk(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}
