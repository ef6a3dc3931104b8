import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'

/** A name for whoever executes publications, by which others on the same machine can tell whether he still lives. */
export function executorName(kind: 'daemon' | 'command'): string {
  return `${kind} ${process.pid} ${hostname()} ${randomUUID()}`
}

/**
 * Whether an executor ended without giving its claims back, as far as can be told from here.
 *
 * Shape: of another machine nothing is known, and a process id may belong to another program by now; then the claim
 * runs out by itself.
 */
export function isDeadExecutor(name: string, own: string): boolean {
  const [, pid, host] = name.split(' ')
  if (name === own || host !== hostname()) return false
  // Ours was somebody else's before, as in a container where it is always 1.
  if (Number(pid) === process.pid) return true
  try {
    process.kill(Number(pid), 0)
    return false
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'ESRCH'
  }
}
