import { readdirSync } from 'node:fs'
import { Counter, Gauge, Registry } from 'prom-client'

export type { Registry } from 'prom-client'

/**
 * Makes the registry every room adds its metrics to, with what is known of the process itself.
 *
 * Labels must be words of ours (a rule, a result, an issue code), never a domain, host or address: what a
 * stranger can invent would fill memory. The client library's own collection is left out, as its probe of the
 * event loop wakes an idle process a hundred times a second.
 */
export function createRegistry(version: string): Registry {
  const registry = new Registry()
  const registers = [registry]
  new Gauge({
    name: 'sternpost_info',
    help: 'Always 1; the labels tell the version.',
    labelNames: ['version', 'node'],
    registers,
  })
    .labels(version, process.version)
    .set(1)
  new Gauge({
    name: 'process_start_time_seconds',
    help: 'When the process started, in seconds since 1970.',
    registers,
  }).set(Math.round(performance.timeOrigin / 1000))
  new Gauge({
    name: 'process_resident_memory_bytes',
    help: 'Memory the process holds.',
    registers,
    collect() {
      this.set(process.memoryUsage.rss())
    },
  })
  let counted = 0
  new Counter({
    name: 'process_cpu_seconds_total',
    help: 'Processor time used, user and system.',
    registers,
    collect() {
      const { user, system } = process.cpuUsage()
      const seconds = (user + system) / 1e6
      this.inc(seconds - counted)
      counted = seconds
    },
  })
  new Gauge({
    name: 'process_open_fds',
    help: 'Open files and sockets; absent where the system does not tell.',
    registers,
    collect() {
      const count = openFiles()
      if (count !== undefined) this.set(count)
    },
  })
  return registry
}

function openFiles(): number | undefined {
  try {
    // The folder being read is itself one of them.
    return readdirSync('/proc/self/fd').length - 1
  } catch {
    return undefined
  }
}
