import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DnsClient } from '@sternpost/network'
import { createSteadyClock } from '../../packages/sternpost/src/base/index.ts'
import { createLogger } from '../../packages/sternpost/src/log/index.ts'
import {
  type ReportChannelSettings,
  type ReportChannels,
  ReportIntake,
  startReportChannels,
} from '../../packages/sternpost/src/reports-received/index.ts'
import { Store } from '../../packages/sternpost/src/store/index.ts'

export interface StoredReport {
  readonly reportId: string
  readonly trust: string
  readonly channel: string
}

/** The room that receives reports, with a database of its own and the channels a scenario opens. */
export interface ReportRoom {
  readonly channels: ReportChannels | undefined
  openChannels(settings: ReportChannelSettings): Promise<ReportChannels>
  closeChannels(): Promise<void>
  /** What is in the database. */
  reports(): Promise<readonly StoredReport[]>
  close(): Promise<void>
}

export async function openReportRoom(dns: DnsClient): Promise<ReportRoom> {
  const folder = mkdtempSync(join(tmpdir(), 'sternpost-reports-'))
  const clock = createSteadyClock()
  const log = createLogger(
    { level: 'silent', format: 'json' },
    { isTerminal: false, color: false, write: () => {} },
  )
  const store = new Store({ dataDir: folder, clock, onNotice: () => {} })
  await store.open()
  const limits = {
    documentBytes: MAX_BYTES,
    unpackedBytes: MAX_BYTES,
    ratio: 200,
    members: 100,
    nesting: 3,
  }
  const intake = new ReportIntake({ store, clock, dns, limits, ourDomains: () => true, log })
  let channels: ReportChannels | undefined
  const closeChannels = async () => {
    await channels?.close()
    channels = undefined
  }
  return {
    get channels() {
      return channels
    },
    async openChannels(settings) {
      await closeChannels()
      channels = await startReportChannels({ settings, hasHttpServer: false, intake, clock, log })
      return channels
    },
    closeChannels,
    async reports() {
      const rows =
        (await store.read(db =>
          db.selectFrom('reports').select(['report_id', 'trust', 'channel']).execute(),
        )) ?? []
      return rows.map(({ report_id, trust, channel }) => ({ reportId: report_id ?? '', trust, channel }))
    },
    async close() {
      await closeChannels()
      dns.close()
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

const MAX_BYTES = 5_000_000

export interface ChangedSettings {
  readonly https?: Partial<ReportChannelSettings['https']>
  readonly smtp?: Partial<ReportChannelSettings['smtp']>
  readonly imap?: Partial<ReportChannelSettings['imap']>
}

/** Settings with everything off but what a scenario needs. */
export function channelSettings(changes: ChangedSettings): ReportChannelSettings {
  return {
    limits: { documentBytes: MAX_BYTES },
    https: { accept: true, listen: 'off', maxPerMinute: 1000, ...changes.https },
    smtp: {
      listen: [],
      recipients: [],
      lmtp: false,
      maxMessageBytes: MAX_BYTES,
      maxConnections: 100,
      maxPerMinute: 1000,
      ...changes.smtp,
    },
    imap: {
      port: 993,
      tls: 'implicit',
      mailbox: 'INBOX',
      afterwards: 'mark',
      folder: 'TLS reports',
      pollIntervalSeconds: 300,
      ...changes.imap,
    },
    folders: [],
  }
}
