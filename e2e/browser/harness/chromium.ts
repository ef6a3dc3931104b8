import { existsSync } from 'node:fs'
import { runCommand } from '../../../tools/suite.ts'

/** Debian's Chromium, or why there is none. */
export type FoundChromium =
  | { readonly ok: true; readonly path: string }
  | { readonly ok: false; readonly reason: string }

const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser'] as const

/** What keeps the browser to itself: nothing it does on its own account reaches out or is shown. */
export const chromiumFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
] as const

/**
 * Finds Chromium and, as root on Debian, installs it where it is missing.
 *
 * @param apt settles when nobody else installs packages, as only one at a time can.
 */
export async function prepareChromium(
  log: (line: string) => void,
  apt: Promise<unknown> | undefined,
): Promise<FoundChromium> {
  const present = PLACES.find(path => existsSync(path))
  if (present !== undefined) return { ok: true, path: present }
  if (process.getuid?.() !== 0)
    return { ok: false, reason: 'Chromium is not installed (apt install chromium)' }
  await apt
  log('browser: installing chromium')
  const update = await runCommand('apt-get', ['update', '-qq'])
  const install =
    update.code === 0
      ? await runCommand(
          'apt-get',
          [
            'install',
            '-y',
            '-qq',
            '-o',
            'DPkg::Lock::Timeout=120',
            '--no-install-recommends',
            'chromium',
            'fonts-dejavu-core',
          ],
          { env: { DEBIAN_FRONTEND: 'noninteractive' } },
        )
      : update
  const installed = PLACES.find(path => existsSync(path))
  if (installed !== undefined) return { ok: true, path: installed }
  return {
    ok: false,
    reason: `apt-get could not install chromium: ${install.output.trim().split('\n').at(-1)}`,
  }
}
