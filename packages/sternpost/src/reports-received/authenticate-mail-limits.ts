/** Header sections of mails with a report are some 10 kB; the verifier's work grows with their square. */
const MAX_HEADER_BYTES = 262_144
const MAX_HEADER_LINES = 4000
/** Mails carry one to three; each can have a key looked up. */
const MAX_SIGNATURES = 12
/** SMTP allows 1000 (RFC 5321 §4.5.3.1.6); files may hold more, and the verifier reads a line over and over. */
const MAX_LINE_BYTES = 1_048_576
/** A report of 20 MiB in base64 has 280,000; lines of one byte would keep this process, and all it serves, at work. */
const MAX_LINES = 500_000

const LF = 0x0a
const CR = 0x0d

export type BoundedMail =
  | {
      readonly ok: true
      /** With CRLF at line ends, without the signatures that are refused unseen. */
      readonly mail: Buffer
      readonly signatureCount: number
      readonly refused: readonly RefusedSignature[]
    }
  | { readonly ok: false; readonly reason: string }

/** A signature that proves nothing whether it is valid or not, so that nobody hashes a body for it. */
export interface RefusedSignature {
  readonly domain: string
  readonly selector: string
  readonly refusal: 'limits-body' | 'weak-algorithm'
}

/** Prepares a mail for the verifier and refuses what would keep it at work for minutes. */
export function boundMail(bytes: Uint8Array): BoundedMail {
  const mail = withCrLf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  if (mail === undefined) return { ok: false, reason: `the mail has more than ${MAX_LINES} lines` }
  const headerEnd = endOfHeader(mail)
  if (headerEnd > MAX_HEADER_BYTES)
    return { ok: false, reason: `the header of the mail is longer than ${MAX_HEADER_BYTES} bytes` }
  const fields = headerFields(mail.toString('latin1', 0, headerEnd))
  if (fields === undefined)
    return { ok: false, reason: `the header of the mail has more than ${MAX_HEADER_LINES} lines` }
  const signatures = fields.filter(isSignature)
  if (signatures.length > MAX_SIGNATURES)
    return { ok: false, reason: `the mail has more than ${MAX_SIGNATURES} DKIM signatures` }
  if (hasLongLine(mail))
    return { ok: false, reason: `the mail has a line of more than ${MAX_LINE_BYTES} bytes` }
  const refused = signatures.map(refuse).filter(signature => signature !== undefined)
  const signatureCount = signatures.length
  if (refused.length === 0) return { ok: true, mail, signatureCount, refused }
  const kept = fields.filter(field => !isSignature(field) || refuse(field) === undefined)
  const header = Buffer.from(kept.join('\r\n'), 'latin1')
  return { ok: true, mail: Buffer.concat([header, mail.subarray(headerEnd)]), signatureCount, refused }
}

/** Fields with their folded lines; what begins no field belongs to the one before, as the verifier reads it. */
function headerFields(header: string): string[] | undefined {
  const lines = header.split('\r\n')
  if (lines.length > MAX_HEADER_LINES) return undefined
  const fields: string[] = []
  for (const line of lines) {
    const last = fields.length - 1
    if (last >= 0 && !/^[\x21-\x39\x3b-\x7e]+[ \t]*:/.test(line)) fields[last] += `\r\n${line}`
    else fields.push(line)
  }
  return fields
}

function isSignature(field: string): boolean {
  return /^dkim-signature[ \t]*:/i.test(field)
}

function refuse(field: string): RefusedSignature | undefined {
  const tags = new Map<string, string>()
  for (const tag of field.slice(field.indexOf(':') + 1).split(';')) {
    const at = tag.indexOf('=')
    if (at !== -1) tags.set(tag.slice(0, at).trim().toLowerCase(), tag.slice(at + 1).replaceAll(/\s+/g, ''))
  }
  const names = { domain: tags.get('d') ?? '', selector: (tags.get('s') ?? '').slice(0, 253) }
  if (tags.has('l')) return { ...names, refusal: 'limits-body' }
  // RFC 8301 §3.1
  if (tags.get('a')?.toLowerCase() === 'rsa-sha1') return { ...names, refusal: 'weak-algorithm' }
  return undefined
}

/** Where the empty line begins, or the end of the mail. */
function endOfHeader(mail: Buffer): number {
  if (mail[0] === CR && mail[1] === LF) return 0
  const at = mail.indexOf('\r\n\r\n')
  return at === -1 ? mail.length : at
}

function hasLongLine(mail: Buffer): boolean {
  let from = 0
  while (mail.length - from > MAX_LINE_BYTES) {
    const at = mail.lastIndexOf(LF, from + MAX_LINE_BYTES)
    if (at < from) return true
    from = at + 1
  }
  return false
}

/** As SMTP carried it: files and mailboxes often hold bare LF, and signatures are over CRLF. */
function withCrLf(mail: Buffer): Buffer | undefined {
  let lines = 0
  let bare = 0
  for (let at = mail.indexOf(LF); at !== -1; at = mail.indexOf(LF, at + 1)) {
    lines += 1
    if (lines > MAX_LINES) return undefined
    if (mail[at - 1] !== CR) bare += 1
  }
  if (bare === 0) return mail
  const fixed = Buffer.allocUnsafe(mail.length + bare)
  let length = 0
  let from = 0
  for (let at = mail.indexOf(LF); at !== -1; at = mail.indexOf(LF, at + 1)) {
    if (mail[at - 1] === CR) continue
    length += mail.copy(fixed, length, from, at)
    fixed[length++] = CR
    from = at
  }
  mail.copy(fixed, length, from)
  return fixed
}
