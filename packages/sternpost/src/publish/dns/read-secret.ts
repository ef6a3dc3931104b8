import { closeSync, openSync, readSync } from 'node:fs'
import { DnsWriteError } from './issues.ts'

const MAX_SECRET_BYTES = 16_384

export type Environment = Readonly<Record<string, string | undefined>>

/**
 * Reads a secret from a file, or from the environment where no file is named.
 *
 * Errors: DnsWriteError `dns-write/credentials`, which names the place and never what stands there.
 */
export function readSecret(
  place: { readonly file?: string | undefined; readonly variable?: string | undefined },
  env: Environment,
): string {
  if (place.file !== undefined) return readSecretFile(place.file)
  const value = place.variable === undefined ? undefined : env[place.variable]
  if (value !== undefined && value.trim() !== '') return value
  throw new DnsWriteError(
    'dns-write/credentials',
    `no credentials: the variable ${place.variable ?? ''} is not set, and no file is named in the configuration`,
  )
}

function readSecretFile(file: string): string {
  let text: string
  try {
    const descriptor = openSync(file, 'r')
    try {
      const bytes = Buffer.alloc(MAX_SECRET_BYTES)
      text = bytes.toString('utf8', 0, readSync(descriptor, bytes))
    } finally {
      closeSync(descriptor)
    }
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error)
    throw new DnsWriteError('dns-write/credentials', `${file} cannot be read (${reason})`)
  }
  if (text.trim() === '') throw new DnsWriteError('dns-write/credentials', `${file} is empty`)
  return text
}
