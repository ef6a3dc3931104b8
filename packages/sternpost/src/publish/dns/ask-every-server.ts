import type { AuthoritativeLookup, AuthoritativeOutcome } from '@sternpost/network'
import type { RecordSetType } from './record-set.ts'
import { recordValue } from './record-value.ts'
import type { AskEveryServer, ServerAnswer } from './verify-records.ts'

/** Asks the servers of a zone themselves, as the network package does, for one record set. */
export function askEveryServer(authoritative: AuthoritativeLookup): AskEveryServer {
  return async (name, type, signal) => {
    const answers = await authoritative.lookup(name, type, signal === undefined ? {} : { signal })
    const unreached = answers.withoutAddress.map(({ nameServer, message }) => ({
      server: nameServer,
      problem: message,
    }))
    const asked = answers.servers.map(({ nameServer, address, outcome }): ServerAnswer => {
      const server = `${nameServer} (${address})`
      const values = valuesOf(outcome)
      if (typeof values === 'string') return { server, problem: values }
      return outcome.kind === 'records'
        ? { server, values, ttlSeconds: outcome.ttlSeconds }
        : { server, values }
    })
    return [...asked, ...unreached]
  }
}

/** The values at the name itself, or why they are not known. */
function valuesOf(outcome: AuthoritativeOutcome<RecordSetType>): readonly string[] | string {
  switch (outcome.kind) {
    case 'records':
      // Behind an alias they stand at another name.
      return outcome.aliases.length > 0 ? [] : outcome.records.map(recordValue)
    case 'alias':
    case 'no-data':
    case 'no-name':
      return []
    case 'lame':
    case 'failure':
      return outcome.message
  }
}
