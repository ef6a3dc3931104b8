import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLab, type Lab } from '@sternpost/lab'
import { createDnsClient, createPolicyFetcher } from '@sternpost/network'
import { chromium } from 'playwright-core'
import { loadConfig } from '../../../packages/sternpost/src/config/index.ts'
import { buildDashboard } from '../../../tools/build-dashboard.ts'
import { seconds } from '../../../tools/suite.ts'
import { seedLab } from '../seed/cast.ts'
import { fillDataFolder } from '../seed/fill-data-folder.ts'
import { keepChecks } from '../seed/keep-checks.ts'
import { liveAWhile } from '../seed/live-a-while.ts'
import type { BrowserGround } from './browser-ground.ts'
import { chromiumFlags } from './chromium.ts'

/** Weeks pass in the seed, each write with a sync of its own; memory is quick at that. */
const FAST_FOLDER = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()

export interface LaidGround {
  /** Holds `BrowserGround` as JSON. */
  readonly file: string
  close(): Promise<void>
}

/** Once in a run: the dashboard built, the world outside, the seed and the one browser. */
export async function layGround(chromiumPath: string, log: (line: string) => void): Promise<LaidGround> {
  const folder = mkdtempSync(join(FAST_FOLDER, 'sternpost-browser-'))
  const building = buildDashboard({ onlyIfChanged: true })
  const lab = await createLab(seedLab())
  const seedFolder = join(folder, 'data')
  const place = {
    dns: { address: lab.dns.address, port: lab.dns.port },
    ports: { https: lab.ports.https, smtp: lab.ports.smtp },
    ca: { caPem: lab.ca.caPem },
  }
  const startedAt = performance.now()
  await fillSeed(lab, seedFolder)
  await liveAWhile({ lab: place, seedFolder })
  log(`browser: six weeks of a seed lived through (${seconds(startedAt)})`)
  await building
  log(`browser: the dashboard is built (${seconds(startedAt)})`)
  const server = await chromium.launchServer({
    executablePath: chromiumPath,
    headless: true,
    args: [...chromiumFlags],
  })
  const ground: BrowserGround = { browser: server.wsEndpoint(), seedFolder, lab: place }
  const file = join(folder, 'ground.json')
  writeFileSync(file, JSON.stringify(ground))
  return {
    file,
    async close() {
      await server.close()
      await lab.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Fills the data folder of the seed, and has the lab publish what the seed has published by its end. */
async function fillSeed(lab: Lab, dataDir: string): Promise<void> {
  mkdirSync(dataDir)
  const configFile = join(dataDir, '..', 'seed.yaml')
  writeFileSync(configFile, `data: ${dataDir}\n`)
  const now = Date.now()
  const loaded = loadConfig({ path: configFile, env: {}, cwd: dataDir, isRoot: false, now })
  if (!loaded.ok) throw new Error(`the configuration of the seed: ${loaded.issues[0]?.message}`)
  const dns = createDnsClient({ servers: [`${lab.dns.address}:${lab.dns.port}`] })
  const fetcher = createPolicyFetcher({ dns, ca: [lab.ca.caPem], port: lab.ports.https })
  try {
    const served = await fillDataFolder({ config: loaded.config, dns, fetcher, now })
    for (const [domain, { text, id }] of served) lab.rollPolicy(domain, text, id)
    await keepChecks(lab, loaded.config, dns)
  } finally {
    dns.close()
  }
}
