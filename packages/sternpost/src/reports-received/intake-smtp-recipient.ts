import { domainToASCII } from 'node:url'

/** Whether an envelope recipient is among those mail is taken for; letters are folded, `@domain` means all of it. */
export function matchRecipient(address: string, recipients: readonly string[]): boolean {
  const at = address.lastIndexOf('@')
  if (at < 1) return false
  const domain = domainToASCII(address.slice(at + 1)).toLowerCase()
  const exact = `${address.slice(0, at).toLowerCase()}@${domain}`
  return recipients.some(recipient => recipient === exact || recipient === `@${domain}`)
}
