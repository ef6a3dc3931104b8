import { createLab, type Lab, type LabMxSpec, type MxHost } from '@sternpost/lab'
import type { SmtpObservation } from '../smtp-observation.ts'
import { createSmtpProber } from '../smtp-prober.ts'
import type { SmtpProbeRequest, SmtpProber, SmtpProberOptions } from '../smtp-prober-options.ts'

export const mxHost = 'mx.example.test'

export interface ProbeLab {
  readonly lab: Lab
  readonly prober: SmtpProber
  readonly hosts: readonly MxHost[]
  probe(request?: Partial<SmtpProbeRequest>): Promise<SmtpObservation>
  close(): Promise<void>
}

/** One MX host as the spec has it, and a prober that may call it. */
export async function startProbeLab(
  spec: LabMxSpec = {},
  options: Partial<SmtpProberOptions> = {},
): Promise<ProbeLab> {
  const lab = await createLab({ domains: { 'example.test': { mx: { [mxHost]: spec } } } })
  const prober = createSmtpProber({
    heloName: 'probe.example.test',
    port: lab.ports.smtp,
    ca: [lab.ca.caPem],
    allowAddresses: ['127.77.0.0/16'],
    pauseMs: 0,
    reuseSeconds: 0,
    ...options,
  })
  const hosts = lab.mxHostAddresses(mxHost)
  return {
    lab,
    prober,
    hosts,
    probe: request => prober.probe({ mxHost, address: hosts[0]?.address ?? '', ...request }),
    close: () => lab.close(),
  }
}

/** No further connections: for what shows in the main session. */
export const mainSessionOnly = { tryServerNames: false, tryTlsVersions: false, tryInjection: false } as const
