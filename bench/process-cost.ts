import { readFileSync } from 'node:fs'

/** Clock ticks per second in /proc; Linux has shown user space 100 on every architecture for decades. */
const TICKS_PER_SECOND = 100

/** CPU time a process has used so far, all its threads together. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  // The name in parentheses may contain anything, so fields are counted from behind it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** Memory of a process that is in RAM now, and the most that ever was. */
export function memoryMegabytes(pid: number): { readonly rss: number; readonly peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'latin1')
  const of = (key: string) => Number(new RegExp(`^${key}:\\s+([0-9]+) kB`, 'm').exec(status)?.[1] ?? 0) / 1024
  return { rss: of('VmRSS'), peak: of('VmHWM') }
}

/** Numbers of the processors this process may run on. */
export function allowedCpus(): number[] {
  const status = readFileSync('/proc/self/status', 'latin1')
  const list = /^Cpus_allowed_list:\s+(\S+)/m.exec(status)?.[1] ?? ''
  return list.split(',').flatMap(part => {
    const [first = '', last = first] = part.split('-')
    return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => Number(first) + i)
  })
}
