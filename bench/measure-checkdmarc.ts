import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkWorld } from './check-world.ts'
import { runWatched, type WatchedRun } from './run-node.ts'

/** What is read of a result of checkdmarc. */
interface Seen {
  readonly mx?: { readonly hosts?: readonly { readonly starttls?: boolean }[] }
}

/**
 * Has checkdmarc check a list of domains in one run, as its documentation says.
 *
 * Shape: a text tells why there is no figure. A run that did not see STARTTLS at every MX host did something else than
 * it was to be measured at.
 * Effects: `ca.pem` of the folder is what it trusts. What it has Python look up goes through /etc/resolv.conf, and
 * every port it asks is the well-known one.
 */
export async function measureCheckdmarc(
  command: string,
  folder: string,
  domains: readonly string[],
): Promise<WatchedRun | string> {
  const list = join(folder, 'checkdmarc.txt')
  const output = join(folder, 'checkdmarc.json')
  const caFile = join(folder, 'ca.pem')
  writeFileSync(list, domains.map(domain => `${domain}\n`).join(''))
  try {
    const run = await runWatched(command, [list, '-n', checkWorld.dnsAddress, '-o', output], {
      env: { SSL_CERT_FILE: caFile, REQUESTS_CA_BUNDLE: caFile },
    })
    const results = [JSON.parse(readFileSync(output, 'utf8')) as Seen | readonly Seen[]].flat()
    const seen = results.filter(({ mx }) => mx?.hosts?.some(({ starttls }) => starttls === true))
    if (seen.length === domains.length) return run
    return `it saw STARTTLS at ${seen.length} of ${domains.length} domains`
  } catch (error) {
    return error instanceof Error ? error.message.slice(0, 500) : String(error)
  }
}
