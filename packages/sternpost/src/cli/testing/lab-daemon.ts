import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLab, type Lab, type LabSpec } from '@sternpost/lab'
import { loadConfig } from '../../config/index.ts'
import { type RunningDaemon, startDaemon } from '../../daemon.ts'
import { createLogger } from '../../log/index.ts'

/** A daemon of its own folder that sees a lab and nothing else. */
export interface LabDaemon {
  readonly lab: Lab
  readonly folder: string
  /** Of the web side, without a slash at the end. */
  readonly url: string
  readonly daemon: RunningDaemon
  /** Ends the daemon and starts it again on the same database. */
  restart(): Promise<void>
  close(): Promise<void>
}

/** Starts a lab and a daemon for it; `settings` are more lines of `sternpost.yaml`. */
export async function startLabDaemon(spec: LabSpec, settings = ''): Promise<LabDaemon> {
  const lab = await createLab(spec)
  const folder = mkdtempSync(join(tmpdir(), 'sternpost-daemon-'))
  writeFileSync(join(folder, 'ca.pem'), lab.ca.caPem)
  writeFileSync(
    join(folder, 'sternpost.yaml'),
    `data: ./state
http: { listen: '127.0.0.1:0' }
dns:
  resolvers: ['${lab.dns.address}:${lab.ports.dns}']
  trustAd: ['${lab.dns.address}']
  signedName: good.example
  bogusName: bogus.example
outbound:
  socketmap: { listen: ['127.0.0.1:0'] }
  policyFetch: { port: ${lab.ports.https}, caFile: ca.pem, allowAddresses: ['127.0.0.0/8'] }
check:
  heloName: probe.example
  smtpPort: ${lab.ports.smtp}
  allowAddresses: ['127.0.0.0/8']
  controlHosts: []
log: { level: silent }
${settings}`,
  )
  let daemon = await start(folder)
  return {
    lab,
    folder,
    get url() {
      return `http://${daemon.httpAddress}`
    },
    get daemon() {
      return daemon
    },
    async restart() {
      await daemon.stop()
      daemon = await start(folder)
    },
    async close() {
      await daemon.stop()
      await lab.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function start(folder: string): Promise<RunningDaemon> {
  const reload = () =>
    loadConfig({
      path: join(folder, 'sternpost.yaml'),
      dataDirectory: undefined,
      env: {},
      cwd: folder,
      isRoot: false,
      now: Date.now(),
    })
  const loaded = reload()
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.issues))
  const daemon = await startDaemon({
    loaded,
    reload,
    log: createLogger(loaded.config.log, { isTerminal: false, color: false, write: () => {} }),
    env: {},
  })
  await daemon.resolverProved
  return daemon
}
