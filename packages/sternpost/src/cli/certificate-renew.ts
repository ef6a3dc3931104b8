import { CertificateFault, requestCertificate } from '../publish/index.ts'
import { type CommandIo, errLine, type GlobalOptions, outJson } from './command-io.ts'
import { atPublishDesk } from './domain-database.ts'
import { readDomain } from './domain-wishes.ts'
import { exitCode } from './exit-code.ts'
import { readNameFor } from './read-name-for.ts'
import { withServer } from './remote.ts'
import { serverOf } from './server-option.ts'
import { wrapText } from './text-layout.ts'

/** `certificate renew`: only asks; the daemon orders. */
export async function renewCertificate(io: CommandIo, options: GlobalOptions, name: string): Promise<void> {
  const server = serverOf(io, options)
  if (server === 'bad') return
  if (server !== undefined) {
    const domain = readNameFor(io, name)
    if (domain === undefined) return
    return await withServer(io, server, async api => {
      await api.call('POST /domains/:domain/certificate/renew', { params: { domain } })
      tell(io, options, domain)
    })
  }
  await atPublishDesk(io, options, 'write', async ({ publish, store, clock, config }) => {
    const domain = readDomain(name)
    if ((await publish.get(domain)) === undefined) {
      errLine(io, `${domain} is not published here`)
      return io.end(exitCode.findings)
    }
    if (!config.publish.certificates.agreeTerms) {
      errLine(
        io,
        'no certificate is ordered without your agreement to the terms of the authorities: set publish.certificates.agreeTerms',
      )
      return io.end(exitCode.usage)
    }
    try {
      await requestCertificate(store, clock, domain)
    } catch (error) {
      if (!(error instanceof CertificateFault)) throw error
      errLine(io, error.message)
      return io.end(exitCode.temporary)
    }
    tell(io, options, domain)
  })
}

function tell(io: CommandIo, options: GlobalOptions, domain: string): void {
  if (options.json === true) return outJson(io, { domain, requested: true })
  const look = `${io.invokedAs} domain show ${domain}`
  io.out(
    `${wrapText(`A certificate for mta-sts.${domain} is ordered within seconds, if the daemon runs. How it went: ${look}`).join('\n')}\n`,
  )
}
