import { createLab, type Lab, type LabDomainSpec, labZoneRecords } from '@sternpost/lab'
import { rootsOfGround } from '../ground/namespace.ts'
import { type Names, startNames } from './names.ts'
import type { Zone } from './zone.ts'

/** Names under these are what their zone makes them, whatever a lab says of them. */
export const standardZones: readonly Zone[] = [
  { origin: 'secure.test', security: 'secure' },
  { origin: 'insecure.test', security: 'insecure' },
  { origin: 'bogus.test', security: 'bogus' },
  { origin: 'lame.test', security: 'lame' },
]

/** The hosts of a lab, and a real signed DNS tree in the place of the lab's own DNS server. */
export interface Ground {
  readonly lab: Lab
  readonly names: Names
  /** Serves what the lab's zone says now; to be called after every change of it. */
  publish(): Promise<void>
  stop(): Promise<void>
}

export interface GroundOptions {
  readonly domains: Readonly<Record<string, LabDomainSpec>>
  /** Zones beside the standard ones. */
  readonly zones?: readonly Zone[]
  /** Changes the lab's zone before it is served for the first time. */
  readonly arrange?: (lab: Lab) => void
}

/** Starts the hosts on their real ports and the names. */
export async function startGround(options: GroundOptions): Promise<Ground> {
  const lab = await createLab({ domains: options.domains, ports: 'real' })
  options.arrange?.(lab)
  const zones = [...standardZones, ...(options.zones ?? [])]
  const names = await startNames(rootsOfGround().trixie, zones, labZoneRecords(lab))
  return {
    lab,
    names,
    publish: () => names.publish(labZoneRecords(lab)),
    async stop() {
      await names.stop()
      await lab.close()
    },
  }
}
