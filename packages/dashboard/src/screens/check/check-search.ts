/** What the address of the screen says beside its path. */
export interface CheckSearch {
  /** To begin with in the field. */
  readonly domain?: string
}

export interface CheckResultSearch {
  /** The id of an earlier check to compare with. */
  readonly against?: string
}

/** Reads the search of /check; what does not fit is left out. */
export function readCheckSearch({ domain }: Record<string, unknown>): CheckSearch {
  return typeof domain === 'string' && domain !== '' ? { domain: domain.slice(0, 1_000) } : {}
}

/** Reads the search of /check/$id; what does not fit is left out. */
export function readCheckResultSearch({ against }: Record<string, unknown>): CheckResultSearch {
  return typeof against === 'string' && /^[\w-]{16}$/.test(against) ? { against } : {}
}
