import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../../tools/suite.ts'

/** Folders with a Debian each; nothing of it is installed on the machine itself. */
export interface DebianRoots {
  /**
   * Debian 13: Postfix 3.10, unbound, NSD and the tools that sign zones, Dovecot, curl; BIND and Knot to be written
   * to, Pebble to certify, nginx to serve policies, postfix-mta-sts-resolver to fetch them.
   */
  readonly trixie: string
  /** Debian 12: Postfix 3.7. */
  readonly bookworm: string
}

export type PreparedRoots =
  | { readonly ok: true; readonly roots: DebianRoots }
  | { readonly ok: false; readonly reason: string }

const rootPackages = {
  trixie: [
    'postfix',
    'ca-certificates',
    'unbound',
    'nsd',
    'ldnsutils',
    'iproute2',
    'dovecot-imapd',
    'dovecot-submissiond',
    'curl',
    'bind9',
    'bind9-dnsutils',
    'knot',
    'knot-dnsutils',
    'pebble',
    'nginx-light',
    'postfix-mta-sts-resolver',
    // debootstrap does not see what satisfies a virtual package.
    'python3-cffi-backend',
    // What makes that program fast, for benchmarks beside it.
    'python3-uvloop',
  ],
  bookworm: ['postfix', 'ca-certificates'],
} as const

type DebianSuite = keyof typeof rootPackages

/**
 * Makes sure that both roots are in the cache folder, `$XDG_CACHE_HOME/sternpost`.
 *
 * Effects: builds what is missing with debootstrap (installed with apt when absent) from the archive that apt
 * of this machine uses; a root is built under another name and renamed, so a half one is never used.
 */
export async function prepareRoots(log: (line: string) => void): Promise<PreparedRoots> {
  if (process.platform !== 'linux') return missing('it needs Linux')
  if (process.getuid?.() !== 0)
    return missing('it needs root, for Debian roots and a network namespace of its own')
  const namespaces = await runCommand('unshare', [...namespaceFlags, 'true'])
  if (namespaces.code !== 0)
    return missing(`unshare cannot make namespaces here: ${namespaces.output.trim()}`)
  const suites: readonly DebianSuite[] = ['trixie', 'bookworm']
  const absent = suites.filter(suite => !existsSync(rootFolder(suite)))
  if (absent.length > 0) {
    const tools = await ensureDebootstrap(log)
    if (tools !== undefined) return missing(tools)
    const mirror = await findMirror()
    if (mirror === undefined)
      return missing('apt of this machine knows no Debian archive (apt-get indextargets)')
    const failures = await Promise.all(absent.map(suite => buildRoot(suite, mirror, log)))
    const failure = failures.find(text => text !== undefined)
    if (failure !== undefined) return missing(failure)
  }
  return { ok: true, roots: { trixie: rootFolder('trixie'), bookworm: rootFolder('bookworm') } }
}

/** A network, mounts and processes of its own: no port is taken, nothing reaches out, everything ends with it. */
export const namespaceFlags = ['--mount', '--net', '--pid', '--fork', '--kill-child', '--mount-proc'] as const

function missing(reason: string): PreparedRoots {
  return { ok: false, reason }
}

function cacheFolder(): string {
  return join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sternpost')
}

function rootFolder(suite: DebianSuite): string {
  const stamp = createHash('sha256').update(rootPackages[suite].join(' ')).digest('hex').slice(0, 8)
  return join(cacheFolder(), `debian-${suite}-${stamp}`)
}

/** Installs debootstrap and the archive's keys where they lack; gives the reason when that fails. */
async function ensureDebootstrap(log: (line: string) => void): Promise<string | undefined> {
  const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg'
  const present = existsSync('/usr/sbin/debootstrap') && existsSync(keyring)
  if (present && (await findMirror()) !== undefined) return undefined
  const update = await runCommand('apt-get', ['update', '-qq'])
  if (update.code !== 0) return `apt-get update failed: ${lastLine(update.output)}`
  if (present) return undefined
  log('e2e: installing debootstrap')
  const packages = ['debootstrap', 'debian-archive-keyring']
  const install = await runCommand(
    'apt-get',
    [
      'install',
      '-y',
      '-qq',
      '-o',
      'DPkg::Lock::Timeout=120',
      '--no-install-recommends',
      '--no-remove',
      ...packages,
    ],
    { env: { DEBIAN_FRONTEND: 'noninteractive' } },
  )
  return install.code === 0 ? undefined : `apt-get could not install debootstrap: ${lastLine(install.output)}`
}

/** The Debian archive that apt is set up with; known only after an update. */
async function findMirror(): Promise<string | undefined> {
  const { output } = await runCommand('apt-get', [
    'indextargets',
    '--format',
    '$(LABEL) $(REPO_URI)',
    'Created-By: Packages',
  ])
  return /^Debian (https?:\S+)$/m.exec(output)?.[1]
}

async function buildRoot(
  suite: DebianSuite,
  mirror: string,
  log: (line: string) => void,
): Promise<string | undefined> {
  const startedAt = performance.now()
  const folder = rootFolder(suite)
  removeAbandoned(suite)
  const building = `${folder}.building-${process.pid}`
  mkdirSync(cacheFolder(), { recursive: true })
  log(`e2e: laying a Debian root (${suite}), about a minute, once`)
  const include = `--include=${rootPackages[suite].join(',')}`
  const { code, output } = await runCommand(
    'debootstrap',
    ['--variant=minbase', include, suite, building, mirror],
    {
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    },
  )
  if (code !== 0) {
    rmSync(building, { recursive: true, force: true })
    return `debootstrap of ${suite} failed: ${lastLine(output)}`
  }
  for (const archive of globSync(`${building}/var/cache/apt/archives/*.deb`)) rmSync(archive)
  try {
    renameSync(building, folder)
  } catch (error) {
    rmSync(building, { recursive: true, force: true })
    // Another run laid the same root meanwhile.
    if (!existsSync(folder)) throw error
  }
  log(`e2e: Debian root ${suite} is ready (${((performance.now() - startedAt) / 1000).toFixed(0)} s)`)
  return undefined
}

/** Removes what a run that was killed left half built. */
function removeAbandoned(suite: DebianSuite): void {
  for (const folder of globSync(`${rootFolder(suite)}.building-*`)) {
    const pid = /\d+$/.exec(folder)?.[0] ?? ''
    if (!existsSync(`/proc/${pid}`)) rmSync(folder, { recursive: true, force: true })
  }
}

function lastLine(output: string): string {
  return output.trim().split('\n').at(-1) ?? ''
}
