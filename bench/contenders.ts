import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { repositoryRoot } from '../tools/suite.ts'
import { type Contender, startServer } from './contender.ts'
import { BOGUS_NAME, DNS_ADDRESS } from './world.ts'

export interface Surroundings {
  /** Where configurations and states lie. */
  readonly folder: string
  readonly caFile: string
  readonly dnsPort: number
  readonly policyPort: number
}

/** Sternpost as released and as its service file starts it (see examples/systemd), with the web side off. */
export function sternpost({ folder, caFile, dnsPort, policyPort }: Surroundings): Contender {
  const port = 18461
  const config = join(folder, 'sternpost.yaml')
  writeFileSync(
    config,
    `dns:
  resolvers: ['${DNS_ADDRESS}:${dnsPort}']
  bogusName: ${BOGUS_NAME}
http:
  listen: 'off'
outbound:
  socketmap:
    listen: ['127.0.0.1:${port}']
  policyFetch:
    port: ${policyPort}
    allowAddresses: ['127.0.0.0/8']
    caFile: ${caFile}
`,
  )
  const manifest = readFileSync(join(repositoryRoot, 'packages/sternpost/package.json'), 'utf8')
  return {
    name: 'sternpost',
    version: (JSON.parse(manifest) as { version: string }).version,
    mapName: 'postfix310',
    port,
    start(stateFolder) {
      const script = ['packages/sternpost/dist/main.js', 'serve', '--config', config, '--data', stateFolder]
      return startServer('sternpost', [process.execPath, ...script], {
        cwd: repositoryRoot,
        env: { NODE_OPTIONS: '--max-semi-space-size=2', MALLOC_ARENA_MAX: '1' },
      })
    },
  }
}

/** Where `main.ts` shows the folder of the surroundings inside a peer's root. */
export const SCRATCH_IN_ROOT = '/srv'

/**
 * Debian's postfix-mta-sts-resolver in its root.
 *
 * Its cache is in memory, its fastest, and never looks at a record again (`cache_grace`), so that warm numbers
 * hold no DNS; the default of a minute would.
 */
export function postfixMtaStsResolver({ folder, caFile }: Surroundings, root: string): Contender {
  const port = 18462
  const config = 'postfix-mta-sts-resolver.yml'
  writeFileSync(
    join(folder, config),
    `host: 127.0.0.1
port: ${port}
cache_grace: 100000
cache:
  type: internal
  options:
    cache_size: 200000
proactive_policy_fetching:
  enabled: false
default_zone:
  strict_testing: false
  timeout: 4
  tlsrpt: true
`,
  )
  const packages = ['postfix-mta-sts-resolver', 'python3-uvloop', 'python3']
  const format = '$' + '{Package} $' + '{Version}, '
  const versions = execFileSync('chroot', [root, 'dpkg-query', '-W', '-f', format, ...packages], {
    encoding: 'utf8',
  })
  const inside = (file: string) => file.replace(folder, SCRATCH_IN_ROOT)
  return {
    name: 'postfix-mta-sts-resolver',
    version: versions.replace(/, $/, '').replace('postfix-mta-sts-resolver ', ''),
    mapName: 'postfix',
    port,
    start() {
      const daemon = ['/usr/bin/mta-sts-daemon', '-v', 'warn', '-c', join(SCRATCH_IN_ROOT, config)]
      return startServer('postfix-mta-sts-resolver', ['chroot', root, ...daemon], {
        env: { SSL_CERT_FILE: inside(caFile) },
        endSignal: 'SIGKILL',
      })
    },
  }
}

/** postfix-tlspol from a binary, quiet as for production under load. */
export function postfixTlspol({ folder, caFile, dnsPort }: Surroundings, binary: string): Contender {
  const port = 18463
  const version = execFileSync(binary, ['-version'], { encoding: 'utf8' })
  return {
    name: 'postfix-tlspol',
    version: /v([0-9][^\s]*)/.exec(version)?.[1] ?? 'unknown',
    mapName: 'QUERYwithTLSRPT',
    port,
    start(stateFolder) {
      mkdirSync(stateFolder, { recursive: true })
      const config = join(folder, 'postfix-tlspol.yaml')
      writeFileSync(
        config,
        `server:
  address: 127.0.0.1:${port}
  log-level: warn
  prefetch: true
  tlsrpt: true
  cache-file: ${join(stateFolder, 'cache.db')}
dns:
  address: ${DNS_ADDRESS}:${dnsPort}
`,
      )
      return startServer('postfix-tlspol', [binary, '-config', config], {
        env: { SSL_CERT_FILE: caFile },
      })
    },
  }
}
