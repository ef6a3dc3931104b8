import { type CheckRow, type FindingPage, lasting, passing } from './finding-page.ts'

const noStartTls = { temporary: false, resultType: 'starttls-not-supported' } as const
const tlsFails = { temporary: false, resultType: 'validation-failure' } as const

/** What an MX host does on port 25, up to TLS. */
export const smtpRows = {
  'smtp/port-blocked': {
    clause: 'local',
    ...passing,
    severity: 'unknown',
    title: 'Port 25 is blocked from here',
    meaning:
      'No mail server at all can be reached from this machine; providers of networks and clouds often close port 25. Nothing is known of the MX hosts.',
    remedy: 'Run the check from a machine that may send mail.',
  },
  'smtp/address-dead': {
    clause: 'RFC 5321 §5.1',
    ...passing,
    severity: 'warning',
    title: 'One address of an MX host does not answer',
    meaning:
      'Senders lose time with it before they take another one; those with IPv6 alone, or IPv4 alone, cannot deliver.',
    remedy: 'Let the server listen on it, or remove the record.',
  },
  'smtp/rcpt-refused': {
    clause: 'RFC 5321 §3.3',
    ...passing,
    severity: 'warning',
    title: 'An MX host refuses the mailbox',
    meaning:
      'The host answers that it does not take mail for this address, so that what is sent there is lost.',
    remedy: 'Create the mailbox, or name another one.',
  },
  'starttls/not-offered': {
    clause: 'RFC 3207 §4',
    ...noStartTls,
    severity: 'error',
    title: 'An MX host does not offer STARTTLS',
    meaning:
      'Mail comes in unencrypted. Under mode enforce and with DANE, senders do not deliver to this host. A device in between that removes the offer looks the same.',
    remedy:
      'Configure certificate and key in the mail server. If they are there, look for a firewall with SMTP inspection.',
    example:
      'smtpd_tls_security_level = may\nsmtpd_tls_chain_files = /etc/ssl/mail.key, /etc/ssl/mail-fullchain.pem',
  },
  'starttls/varies': {
    clause: 'RFC 8461 §1',
    ...noStartTls,
    severity: 'warning',
    title: 'STARTTLS is offered on some addresses only',
    meaning:
      'Either machines behind one name are configured differently, or somebody removes the offer on the way.',
    remedy: 'Compare the machines. If they are alike, the way to them is not.',
  },
  'starttls/injection': {
    clause: 'RFC 3207 §6',
    ...lasting,
    severity: 'warning',
    title: 'Commands sent before the handshake are kept',
    meaning:
      'The server carries out, inside TLS, what came in the clear before it. An attacker on the line can put commands into a session that way.',
    remedy: 'Update the mail server; this was mended everywhere years ago.',
  },
  'starttls/ehlo-changes': {
    clause: 'RFC 3207 §4.2',
    ...lasting,
    severity: 'advice',
    title: 'Before and after TLS the server offers different things',
    meaning:
      'That is allowed, and usual for AUTH. Other differences hint at a device that rewrites the clear part.',
    remedy: 'Nothing, if the difference is wanted.',
  },
  'starttls/tls-version': {
    clause: 'RFC 8461 §7.2',
    ...tlsFails,
    severity: 'error',
    title: 'An MX host offers no TLS 1.2',
    meaning:
      'Senders that follow the standards refuse TLS 1.0 and 1.1. Others use them, or deliver in the clear.',
    remedy: 'Turn on TLS 1.2 and 1.3; on old systems that means an update.',
  },
  'starttls/tls-old': {
    clause: 'RFC 8996 §2',
    ...lasting,
    severity: 'advice',
    title: 'An MX host still offers TLS 1.0 or 1.1',
    meaning: 'Good senders do not use them. For opportunistic mail an old version is still better than none.',
    remedy: 'Turn them off when you know that no partner needs them.',
    example: 'smtpd_tls_protocols = >=TLSv1.2',
  },
  'starttls/tls13-missing': {
    clause: 'RFC 9325 §3.1.1',
    ...lasting,
    severity: 'advice',
    title: 'An MX host does not offer TLS 1.3',
    meaning: 'TLS 1.2 is enough for now; 1.3 is faster to set up and has no weak choices left.',
    remedy: 'Update the TLS library of the mail server.',
  },
  'starttls/cipher': {
    clause: 'RFC 9325 §4.1',
    ...lasting,
    severity: 'warning',
    title: 'An MX host accepts a weak cipher',
    meaning:
      'RC4, 3DES, export ciphers and those without encryption protect nothing against somebody who records.',
    remedy: 'Exclude them in the settings of the mail server.',
  },
  'starttls/key-exchange': {
    clause: 'RFC 9325 §4.1',
    ...lasting,
    severity: 'warning',
    title: 'An MX host uses a weak key exchange',
    meaning: 'The Diffie-Hellman group is too small, or the session has no forward secrecy.',
    remedy: 'Offer ECDHE with X25519 or P-256.',
  },
} as const satisfies Readonly<Record<string, CheckRow>>

/** Pages of what `@sternpost/network` reports about MX hosts. */
export const smtpPages = {
  'smtp/unreachable': {
    severity: 'error',
    title: 'An MX host does not accept connections',
    meaning:
      'Nothing answers on port 25 of this address. Senders go to the next address or host; if none is left, the mail waits.',
    remedy: 'Start the mail server, open the firewall for port 25, or remove the address from DNS.',
  },
  'smtp/timeout': {
    severity: 'unknown',
    title: 'The probe of an MX host took too long',
    meaning:
      'The time of the check was over before the host had shown all there is. What was seen until then counts.',
    remedy: 'Try again with a longer `--timeout`.',
  },
  'smtp/slow': {
    severity: 'warning',
    title: 'An MX host is slow',
    meaning: 'Senders wait up to five minutes for a greeting, but busy ones give up earlier.',
    remedy:
      'Look at DNS lookups at the start of a session, and at load. A deliberate delay should be a few seconds.',
  },
  'starttls/refused': {
    severity: 'error',
    title: 'An MX host offers STARTTLS and then refuses it',
    meaning: 'The answer to STARTTLS is not 220. Senders that insist on TLS do not deliver.',
    remedy: 'Look at the log of the mail server; mostly it cannot read its key.',
  },
  'starttls/handshake': {
    severity: 'error',
    title: 'The TLS handshake with an MX host fails',
    meaning:
      'No encrypted session comes about. Senders that insist on TLS do not deliver; others go on in the clear.',
    remedy:
      'Look at the log of the mail server, at its certificate and key, and at the TLS versions it allows.',
  },
  'smtp/closed': {
    title: 'An MX host hangs up',
    severity: 'error',
    meaning: 'It ends the connection in the middle of the session. Senders try again later, or another host.',
    remedy: 'Look at the log of the mail server, and at limits for connections from one address.',
  },
  'smtp/not-smtp': {
    title: 'An MX host does not speak SMTP',
    severity: 'error',
    meaning: 'What it sends cannot be read as SMTP replies. Senders do not deliver.',
    remedy: 'Look at what listens on port 25: another protocol is a mix-up of ports.',
  },
  'smtp/too-long': {
    title: 'An MX host sends more than a reply can hold',
    severity: 'error',
    meaning: 'We stopped reading, as senders do.',
    remedy: 'Look at what listens on port 25.',
  },
  'smtp/greeting-temporary': {
    title: 'An MX host asks to come back later',
    severity: 'unknown',
    meaning:
      'It answers with a code 4xx: greylisting, a limit, or it is busy. A sender that tries again gets through; what comes after could not be seen.',
    remedy: 'Check again later, or from an address the host knows.',
  },
  'smtp/greeting-refused': {
    title: 'An MX host greets with a refusal',
    severity: 'error',
    severityNote: 'it may be meant for us alone',
    meaning: 'The greeting has a code 5xx. Senders treated so bounce the mail or go to another host.',
    remedy: 'If the host should take mail from everybody, look at its access rules and block lists.',
  },
  'smtp/ehlo-refused': {
    title: 'An MX host refuses EHLO',
    severity: 'error',
    meaning: 'Without EHLO there is no STARTTLS. Senders that insist on TLS do not deliver.',
    remedy: 'Look for a firewall with SMTP inspection, and at rules about the names senders greet with.',
  },
  'smtp/no-time': {
    title: 'No time was left for this MX host',
    severity: 'unknown',
    meaning: 'The time of the whole check was over before this address had its turn.',
    remedy: 'Try again with a longer `--timeout`.',
  },
  'smtp/address-refused': {
    title: 'An address of an MX host is not asked',
    severity: 'unknown',
    meaning: 'It belongs to a private or reserved network, to which no connection is made from here.',
    remedy:
      'Publish public addresses; to look at an internal network, allow private addresses in the configuration.',
  },
  'smtp/aborted': {
    title: 'The probe of an MX host was given up',
    severity: 'unknown',
    meaning: 'The check was stopped. That says nothing about the host.',
    remedy: 'Try again.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>
