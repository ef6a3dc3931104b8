import { hostname } from 'node:os'

/** What a machine without a name of its own calls itself; its keeper had better set `check.heloName`. */
const NO_NAME = 'localhost.localdomain'

/** What this machine calls itself to mail servers where the configuration does not say. */
export function nameOfMachine(): string {
  const name = hostname().toLowerCase().replace(/\.$/, '')
  return /^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(name) ? name : NO_NAME
}
