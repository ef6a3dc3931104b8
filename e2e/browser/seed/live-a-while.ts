import { cpSync } from 'node:fs'
import { askOnce } from '../../daemon/socketmap-client.ts'
import type { BrowserGround } from '../harness/browser-ground.ts'
import { DashboardDaemon } from '../harness/dashboard-daemon.ts'
import { destinations } from './cast.ts'

/** Runs the daemon on a data folder while mail goes out; the folder is then as the daemon left it. */
export async function liveAWhile(ground: Pick<BrowserGround, 'lab' | 'seedFolder'>): Promise<void> {
  const daemon = new DashboardDaemon(ground, { data: 'seed' })
  try {
    await daemon.start()
    for (const destination of Object.keys(destinations)) await askOnce(daemon.socket, destination)
    await daemon.stop()
    cpSync(daemon.dataDir, ground.seedFolder, { recursive: true })
  } finally {
    await daemon.dispose()
  }
}
