// A process that orders the certificate of one domain and ends; started and killed by certificate-crash.e2e.ts.
// Arguments: the data folder, how far its clock is ahead in ms, the domain, the authority as JSON.
import { createMovedClock, openCertificateRoom } from './certificate-room.ts'

const [dataDir = '', aheadMs = '0', domain = '', authority = '{}'] = process.argv.slice(2)
const room = await openCertificateRoom({
  dataDir,
  clock: createMovedClock(Number(aheadMs)),
  settings: { authorities: [JSON.parse(authority)] },
})
await room.addDomains(domain)
await room.certificates.runAll()
await room.close()
