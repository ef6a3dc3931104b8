import type { ChainObserver } from '../certificate/observe-chain.ts'
import type { SmtpProbeRequest } from './smtp-prober-options.ts'
import type { SessionLimits } from './smtp-session.ts'
import type { TlsContexts } from './tls-contexts.ts'
import type { SharedTrials } from './trial-memory.ts'

/** What one probe of one host at one address works with. */
export interface ProbeContext {
  readonly request: SmtpProbeRequest
  readonly port: number
  readonly heloName: string
  readonly limits: SessionLimits
  readonly pauseMs: number
  readonly tls: TlsContexts
  readonly chains: ChainObserver
  /** What further connections to this address showed a moment ago; they are then not made again. */
  readonly knownTrials: SharedTrials | undefined
  /** Connections begun so far. */
  connections: number
}
