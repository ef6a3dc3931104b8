import { mkdirSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { labCertificateAuthority } from '@sternpost/lab'
import { RESOLVER_ADDRESS } from '../ground/addresses.ts'
import { SCRATCH } from '../ground/namespace.ts'
import { type RootProcess, startInRoot, waitFor } from './root-process.ts'

export interface PebbleOptions {
  /** Of its own, as is its folder. */
  readonly port: number
  readonly managementPort: number
  /** How long its certificates are good. */
  readonly validitySeconds?: number
  /** Accounts it knows otherwise: only these get certificates (RFC 8555 §7.3.4). */
  readonly externalAccounts?: Readonly<Record<string, string>>
  readonly blockedDomains?: readonly string[]
  /** Percent of nonces it rejects on purpose. Default 0. */
  readonly rejectedNonces?: number
  /** Percent of authorizations it remembers as valid. Default 0. */
  readonly reusedAuthorizations?: number
  /** Default: the resolver of the ground. */
  readonly dnsServer?: string
}

/** The certificate authority that Let's Encrypt tries its clients with, on a port of the ground. */
export interface Pebble {
  readonly directoryUrl: string
  /** Whom to trust to speak with it; not those it certifies by. */
  readonly caFile: string
  output(): string
  /** Its root, by which what it issues can be verified. */
  rootPem(): Promise<string>
  stop(): Promise<void>
}

/** Starts Pebble, with port 80 and 443 as the places it looks at. */
export async function startPebble(root: string, options: PebbleOptions): Promise<Pebble> {
  const { port, managementPort } = options
  const folder = `${SCRATCH}/pebble-${port}`
  const onHost = join(root, folder)
  mkdirSync(onHost, { recursive: true })
  const authority = await labCertificateAuthority()
  const certificate = await authority.issue({ names: ['localhost'] })
  writeFileSync(join(onHost, 'cert.pem'), certificate.chainPem)
  writeFileSync(join(onHost, 'key.pem'), certificate.keyPem)
  const caFile = join(onHost, 'ca.pem')
  writeFileSync(caFile, authority.caPem)
  const externalAccounts = options.externalAccounts ?? {}
  const pebble = {
    listenAddress: `127.0.0.1:${port}`,
    managementListenAddress: `127.0.0.1:${managementPort}`,
    certificate: `${folder}/cert.pem`,
    privateKey: `${folder}/key.pem`,
    httpPort: 80,
    tlsPort: 443,
    ocspResponderURL: '',
    externalAccountBindingRequired: Object.keys(externalAccounts).length > 0,
    externalAccountMACKeys: externalAccounts,
    domainBlocklist: options.blockedDomains ?? [],
    retryAfter: { authz: 1, order: 1 },
    certificateValidityPeriod: options.validitySeconds ?? 90 * 86_400,
  }
  writeFileSync(join(onHost, 'config.json'), JSON.stringify({ pebble }))
  const environment = [
    'PEBBLE_VA_NOSLEEP=1',
    `PEBBLE_WFE_NONCEREJECT=${options.rejectedNonces ?? 0}`,
    `PEBBLE_AUTHZREUSE=${options.reusedAuthorizations ?? 0}`,
  ]
  const dnsServer = options.dnsServer ?? `${RESOLVER_ADDRESS}:53`
  const command = ['pebble', '-config', `${folder}/config.json`, '-dnsserver', dnsServer]
  const child: RootProcess = startInRoot(root, 'env', [...environment, ...command])
  const get = (url: string) => download(url, authority.caPem)
  const directoryUrl = `https://localhost:${port}/dir`
  await waitFor(
    () => get(directoryUrl).catch(() => undefined),
    () => `Pebble does not answer: ${child.output()}`,
  )
  return {
    directoryUrl,
    caFile,
    output: child.output,
    rootPem: () => get(`https://localhost:${managementPort}/roots/0`),
    stop: child.stop,
  }
}

function download(url: string, ca: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { ca, agent: false }, response => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks).toString()))
      response.on('error', reject)
    })
    sent.on('error', reject)
    sent.end()
  })
}
