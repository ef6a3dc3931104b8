import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CommandResult, nodeArguments, runCommand } from '../../tools/suite.ts'
import { BIND_ADDRESS, POSTFIX_37_ADDRESS, POSTFIX_310_ADDRESS, RESOLVER_ADDRESS } from './addresses.ts'
import { type DebianRoots, namespaceFlags } from './debian-roots.ts'

/** Where a root keeps what a test run writes: memory that vanishes with the namespace. */
export const SCRATCH = '/srv'

/**
 * Runs a script of the repository inside the ground.
 *
 * Effects: a network namespace that holds nothing but loopback; `/etc/resolv.conf`, outside and inside the
 * roots, names our resolver; each root has an empty `/srv`. The cached roots stay as they are. Every process
 * left over ends with the script.
 */
export async function runInGround(roots: DebianRoots, script: readonly string[]): Promise<CommandResult> {
  const folder = mkdtempSync(join(tmpdir(), 'sternpost-ground-'))
  const resolvConf = join(folder, 'resolv.conf')
  writeFileSync(resolvConf, `nameserver ${RESOLVER_ADDRESS}\noptions trust-ad timeout:5 attempts:1\n`)
  const folders = [roots.trixie, roots.bookworm]
  for (const root of folders) mkdirSync(join(root, SCRATCH), { recursive: true })
  const steps = [
    'set -e',
    `chroot '${roots.trixie}' ip link set lo up`,
    // Postfix and BIND take only addresses that an interface has by name.
    ...[POSTFIX_310_ADDRESS, POSTFIX_37_ADDRESS, BIND_ADDRESS].map(
      address => `chroot '${roots.trixie}' ip addr add ${address}/8 dev lo`,
    ),
    `mount --bind '${resolvConf}' /etc/resolv.conf`,
    ...folders.map(root => `mount --bind '${resolvConf}' '${root}/etc/resolv.conf'`),
    ...folders.map(root => `mount -t tmpfs -o mode=0755 tmpfs '${root}${SCRATCH}'`),
    'exec "$@"',
  ]
  const command = [process.execPath, ...nodeArguments(...script)]
  try {
    return await runCommand(
      'unshare',
      [...namespaceFlags, 'sh', '-c', steps.join('\n'), 'ground', ...command],
      {
        show: true,
        env: { STERNPOST_TRIXIE_ROOT: roots.trixie, STERNPOST_BOOKWORM_ROOT: roots.bookworm },
      },
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The roots, as a script that runs inside the ground finds them. */
export function rootsOfGround(): DebianRoots {
  const trixie = process.env.STERNPOST_TRIXIE_ROOT
  const bookworm = process.env.STERNPOST_BOOKWORM_ROOT
  if (trixie === undefined || bookworm === undefined) {
    throw new Error('not inside the ground: run e2e scenarios with `npm run e2e` or `npm test e2e`')
  }
  return { trixie, bookworm }
}
