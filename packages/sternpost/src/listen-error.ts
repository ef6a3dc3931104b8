/** A service could not listen where it was told to. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
  /** The address as the configuration has it. */
  readonly address: string
  /** The setting to change, such as `http.listen`. */
  readonly setting: string

  constructor(cause: unknown, address: string, setting: string) {
    super(`cannot listen on ${address}: ${reason(cause)}; see ${setting}`, { cause })
    this.address = address
    this.setting = setting
  }
}

function reason(cause: unknown): string {
  const { code, message } = cause as { code?: string; message?: string }
  switch (code) {
    case 'EADDRINUSE':
      return 'another program listens there already'
    case 'EACCES':
      return 'the user Sternpost runs as may not'
    case 'EADDRNOTAVAIL':
      return 'this machine has no such address'
    default:
      return message ?? String(cause)
  }
}
