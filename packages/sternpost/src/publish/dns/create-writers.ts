import { createCloudflareWriter } from './cloudflare-writer.ts'
import type { DnsWriter } from './dns-writer.ts'
import { createHookWriter } from './hook-writer.ts'
import type { Environment } from './read-secret.ts'
import { createRfc2136Writer } from './rfc2136-writer.ts'
import { createRoute53Writer } from './route53-writer.ts'
import type { AskEveryServer } from './verify-records.ts'
import type { DnsWriterSettings } from './writer-settings.ts'

export interface WriterWorld {
  readonly env: Environment
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** Where a hook command's writer learns what stands in DNS. */
  readonly ask: AskEveryServer
}

/** Makes the writers of the configuration; nothing is connected to and no secret read before it is needed. */
export function createWriters(
  settings: readonly DnsWriterSettings[],
  world: WriterWorld,
): readonly DnsWriter[] {
  return settings.map(entry => createWriter(entry, world))
}

function createWriter(settings: DnsWriterSettings, { env, now, ask }: WriterWorld): DnsWriter {
  switch (settings.type) {
    case 'rfc2136':
      return createRfc2136Writer({ settings, env, now })
    case 'cloudflare':
      return createCloudflareWriter({ settings, env })
    case 'route53':
      return createRoute53Writer({ settings, env })
    case 'hook':
      return createHookWriter({ settings, env, ask })
  }
}
