import type { AccessGate, AuditEntry, Identification, RequestSigns } from './access-gate.ts'
import type { Principal } from './principal.ts'

const AT_THE_MACHINE: Principal = {
  kind: 'loopback',
  name: 'loopback',
  userId: undefined,
  role: 'admin',
  domains: 'all',
  scopes: 'all',
}

/** Tells who asks. So far only whoever sits at the machine itself is known. */
export class AccessControl implements AccessGate {
  async identify({ remoteAddress }: RequestSigns): Promise<Identification> {
    return ['127.0.0.1', '::1', '::ffff:127.0.0.1'].includes(remoteAddress)
      ? { kind: 'somebody', principal: AT_THE_MACHINE }
      : { kind: 'nobody' }
  }

  async audit(_entry: AuditEntry): Promise<void> {}
}
