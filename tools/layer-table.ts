/** Which room of a package may import which, always through the other room's `index.ts`. */
export interface RoomTable {
  /** Files beside the rooms that join them. */
  readonly joiners: readonly string[]
  /** Rooms that may import every room and the joiners: where a person's command arrives. */
  readonly joinedBy: readonly string[]
  readonly allowed: Readonly<Record<string, readonly string[]>>
  /** Folders beside `packages/` that may import single rooms by path, through their `index.ts`. */
  readonly measuredBy: readonly string[]
}

export interface LayerTable {
  /** Packages by folder, and the folders each may import. */
  readonly packages: Readonly<Record<string, readonly string[]>>
  /** What the tests of a package may import beyond that. */
  readonly inTests: Readonly<Record<string, readonly string[]>>
  /** Entries of other packages that a package may import as types, which are gone at run time. */
  readonly typesOf: Readonly<Record<string, readonly string[]>>
  /** Packages that are built into files of their own, libraries included: what they import is there at build time. */
  readonly bundled: readonly string[]
  /** Packages without I/O: they import nothing but themselves. */
  readonly pure: readonly string[]
  readonly rooms: Readonly<Record<string, RoomTable>>
}

/** The direction of the house: sternpost, lab → network → protocol, and the rooms of sternpost. */
export const layerTable: LayerTable = {
  packages: {
    protocol: [],
    network: ['protocol'],
    lab: ['network', 'protocol'],
    sternpost: ['network', 'protocol'],
    dashboard: ['protocol'],
  },
  inTests: {
    network: ['lab'],
    sternpost: ['lab'],
  },
  typesOf: { dashboard: ['sternpost/api'] },
  bundled: ['dashboard'],
  pure: ['protocol'],
  rooms: {
    sternpost: {
      joiners: ['daemon.ts', 'index.ts', 'main.ts'],
      joinedBy: ['cli'],
      measuredBy: ['bench', 'e2e'],
      allowed: {
        base: [],
        config: [],
        log: ['config'],
        metrics: [],
        store: ['base'],
        outbound: ['base', 'log', 'metrics', 'store'],
        'reports-received': ['base', 'log', 'metrics', 'store'],
        check: ['base', 'log', 'reports-received', 'store'],
        publish: ['base', 'log', 'metrics', 'store'],
        access: ['base', 'log', 'store'],
        api: ['access', 'base', 'check', 'config', 'log', 'outbound', 'publish', 'reports-received', 'store'],
        http: ['config', 'log', 'metrics'],
        setup: ['config'],
        daemon: [
          'access',
          'api',
          'base',
          'check',
          'config',
          'http',
          'log',
          'outbound',
          'publish',
          'reports-received',
          'store',
        ],
      },
    },
  },
}
