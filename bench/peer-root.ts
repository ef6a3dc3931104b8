import { createHash } from 'node:crypto'
import { existsSync, globSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { runCommand } from '../tools/suite.ts'

export type PeerRoot =
  | { readonly ok: true; readonly folder: string }
  | { readonly ok: false; readonly reason: string }

const SUITE = 'trixie'
// cffi-backend is there for debootstrap, which does not see what satisfies a virtual package.
const PACKAGES = ['postfix-mta-sts-resolver', 'python3-uvloop', 'python3-cffi-backend', 'iproute2']

/**
 * Makes sure that a Debian 13 with postfix-mta-sts-resolver lies in the cache folder,
 * `$XDG_CACHE_HOME/sternpost`; nothing is installed on the machine itself and no service is started.
 *
 * Effects: the first time runs debootstrap, about a minute; a root is built under another name and renamed, so
 * a half one is never used.
 */
export async function preparePeerRoot(log: (line: string) => void): Promise<PeerRoot> {
  if (process.getuid?.() !== 0) return missing('laying its Debian root needs root')
  const stamp = createHash('sha256')
    .update([SUITE, ...PACKAGES].join(' '))
    .digest('hex')
    .slice(0, 8)
  const cache = join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'sternpost')
  const folder = join(cache, `bench-peer-${stamp}`)
  if (existsSync(folder)) return { ok: true, folder }
  if (!existsSync('/usr/sbin/debootstrap')) return missing('debootstrap is not installed')
  const mirror = await findMirror()
  if (mirror === undefined) return missing('apt of this machine knows no Debian archive')

  mkdirSync(cache, { recursive: true })
  for (const abandoned of globSync(`${folder}.building-*`)) {
    const pid = /\d+$/.exec(abandoned)?.[0] ?? ''
    if (!existsSync(`/proc/${pid}`)) rmSync(abandoned, { recursive: true, force: true })
  }
  const building = `${folder}.building-${process.pid}`
  log('laying a Debian root with postfix-mta-sts-resolver, about a minute, once')
  const { code, output } = await runCommand(
    'debootstrap',
    ['--variant=minbase', `--include=${PACKAGES.join(',')}`, SUITE, building, mirror],
    { env: { DEBIAN_FRONTEND: 'noninteractive' } },
  )
  if (code !== 0) {
    rmSync(building, { recursive: true, force: true })
    return missing(`debootstrap failed: ${output.trim().split('\n').at(-1) ?? ''}`)
  }
  for (const archive of globSync(`${building}/var/cache/apt/archives/*.deb`)) rmSync(archive)
  try {
    renameSync(building, folder)
  } catch (error) {
    rmSync(building, { recursive: true, force: true })
    // Another run laid the same root meanwhile.
    if (!existsSync(folder)) throw error
  }
  return { ok: true, folder }
}

/** The Debian archive that apt is set up with; on other systems apt and this are absent. */
async function findMirror(): Promise<string | undefined> {
  const target = '$(LABEL) $(REPO_URI)'
  const { output } = await runCommand('apt-get', ['indextargets', '--format', target, 'Created-By: Packages'])
  return /^Debian (https?:\S+)$/m.exec(output)?.[1]
}

function missing(reason: string): PeerRoot {
  return { ok: false, reason }
}
