import { readFileSync, writeFileSync } from 'node:fs'
import { DaemonProcess, eventually } from '../../daemon/daemon-process.ts'
import type { BrowserGround } from './browser-ground.ts'

export interface DashboardDaemonOptions {
  /** `seed`: the data folder that lived through six weeks; `empty`: a fresh install. */
  readonly data: 'seed' | 'empty'
  /** Further sections of the configuration. */
  readonly sections?: string
}

/** The daemon with its web side, on an address that stays the same when it is started again. */
export class DashboardDaemon extends DaemonProcess {
  constructor(
    ground: Pick<BrowserGround, 'lab' | 'seedFolder'>,
    { data, sections = '' }: DashboardDaemonOptions,
  ) {
    super({
      lab: ground.lab,
      signedName: 'signed.example',
      sections: `check:
  heloName: probe.example
  smtpPort: ${ground.lab.ports.smtp}
  allowAddresses: [127.0.0.0/8]
  controlHosts: []
${sections}`,
      ...(data === 'empty' ? {} : { dataFrom: ground.seedFolder }),
    })
  }

  override async start(): Promise<void> {
    const before = this.output.length
    await super.start()
    const address = await eventually('the web side', () =>
      this.output.length > before ? this.httpAddress : undefined,
    )
    const config = readFileSync(this.configFile, 'utf8')
    writeFileSync(
      this.configFile,
      config.replace('http: { listen: 127.0.0.1:0 }', `http: { listen: '${address}' }`),
    )
  }

  /** The address of the dashboard, without a slash at the end. */
  get url(): string {
    return `http://${this.httpAddress}`
  }
}
