import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { asOneFile, copyDatabase, DatabaseCopyError, databaseDamage, syncToDisk } from './copy-database.ts'
import { sqliteProblem } from './node-sqlite.ts'

/**
 * Puts a backup in the place of the database.
 *
 * Errors: `DatabaseCopyError` where the backup is not sound or a process has the database open; nothing has changed
 * then.
 * Effects: the database that was there is kept aside; answers under which name.
 * @param now milliseconds since 1970, for that name.
 */
export async function restoreDatabase(
  backupFile: string,
  databaseFile: string,
  now: number,
): Promise<{ readonly keptAs: string | undefined }> {
  if (!existsSync(backupFile)) throw new DatabaseCopyError(`there is no file ${backupFile}`)
  const damage = databaseDamage(backupFile)
  if (damage !== undefined) throw new DatabaseCopyError(`${backupFile} is no sound backup: ${damage}`)
  mkdirSync(dirname(databaseFile), { recursive: true, mode: 0o700 })
  refuseIfInUse(databaseFile)
  const restored = `${databaseFile}.restored-${process.pid}`
  try {
    await copyDatabase(backupFile, restored, { overwrite: false })
    // Asked again: copying takes time in which a daemon may have been started.
    refuseIfInUse(databaseFile)
    const keptAs = keepAside(databaseFile, now)
    renameSync(restored, databaseFile)
    syncToDisk(dirname(databaseFile))
    return { keptAs }
  } finally {
    rmSync(restored, { force: true })
  }
}

/** A database that is damaged is in nobody's use that could be disturbed. */
function refuseIfInUse(databaseFile: string): void {
  if (!existsSync(databaseFile)) return
  try {
    asOneFile(databaseFile)
  } catch (error) {
    const problem = sqliteProblem(error)
    if (problem === 'corrupt') return
    const why = problem === 'busy' ? 'is in use; stop the daemon first' : `cannot be opened: ${String(error)}`
    throw new DatabaseCopyError(`${databaseFile} ${why}`)
  }
}

function keepAside(databaseFile: string, now: number): string | undefined {
  if (!existsSync(databaseFile)) return undefined
  const keptAs = `${databaseFile}.before-restore-${new Date(now).toISOString().replace(/[:.]/g, '')}`
  if (existsSync(keptAs)) throw new DatabaseCopyError(`${keptAs} is there already`)
  // Of a damaged database the log may be what is still readable.
  for (const suffix of ['', '-wal', '-shm'])
    if (existsSync(databaseFile + suffix)) renameSync(databaseFile + suffix, keptAs + suffix)
  return keptAs
}
