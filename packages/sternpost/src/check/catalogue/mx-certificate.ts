import { type CheckRow, lasting } from './finding-page.ts'

const nameWrong = { temporary: false, resultType: 'certificate-host-mismatch' } as const
const untrusted = { temporary: false, resultType: 'certificate-not-trusted' } as const
const enforced = 'advice without MTA-STS, a warning while the mode is testing'

/** The certificate an MX host shows, as senders with MTA-STS judge it. */
export const mxCertificateRows = {
  'mx-certificate/name': {
    clause: 'RFC 8461 §4.2',
    ...nameWrong,
    severity: 'error',
    severityNote: enforced,
    title: 'The certificate of an MX host is for another name',
    meaning:
      'The certificate must bear the name in the MX record. Under mode enforce, senders with MTA-STS do not deliver to this host.',
    remedy:
      'Get a certificate with the MX host among its subject alternative names, or change the MX record to a name it has.',
  },
  'mx-certificate/common-name': {
    clause: 'RFC 8461 §4.2',
    ...nameWrong,
    severity: 'error',
    severityNote: enforced,
    title: 'The name stands only in the common name',
    meaning: 'Senders look at the subject alternative names. A certificate without them fails.',
    remedy: 'Get a new certificate; public CAs have put the name there for years.',
  },
  'mx-certificate/untrusted': {
    clause: 'RFC 8461 §4.2',
    ...untrusted,
    severity: 'error',
    severityNote: enforced,
    title: 'The certificate of an MX host leads to no trusted CA',
    meaning: 'Senders with MTA-STS need a chain to a public CA. With DANE alone any CA will do.',
    remedy: 'Use a certificate of a public CA.',
  },
  'mx-certificate/self-signed': {
    clause: 'RFC 8461 §4.2',
    ...untrusted,
    severity: 'error',
    severityNote: enforced,
    title: 'An MX host has a self-signed certificate',
    meaning:
      'Good enough for opportunistic encryption and for DANE. Senders with MTA-STS refuse it under mode enforce.',
    remedy: 'Use a certificate of a public CA; one from Let’s Encrypt will do.',
  },
  'mx-certificate/incomplete': {
    clause: 'RFC 8461 §4.2',
    ...untrusted,
    severity: 'error',
    severityNote: enforced,
    title: 'An MX host does not send the intermediate certificate',
    meaning:
      'Mail servers do not fetch missing certificates by themselves. To most of them this chain ends nowhere.',
    remedy: 'Configure the full chain in place of the certificate alone.',
    example: 'smtpd_tls_chain_files = /etc/ssl/mail.key, /etc/ssl/mail-fullchain.pem',
  },
  'mx-certificate/expired': {
    clause: 'RFC 5280 §4.1.2.5',
    temporary: false,
    resultType: 'certificate-expired',
    severity: 'error',
    severityNote: enforced,
    title: 'The certificate of an MX host has expired',
    meaning: 'Senders with MTA-STS do not deliver to this host under mode enforce.',
    remedy:
      'Renew it, and let the mail server load the new one: a renewal without a reload is the usual cause.',
  },
  'mx-certificate/not-yet-valid': {
    clause: 'RFC 5280 §4.1.2.5',
    temporary: true,
    resultType: 'validation-failure',
    severity: 'error',
    severityNote: enforced,
    title: 'The certificate of an MX host is not valid yet',
    meaning: 'Its time begins in the future. Senders refuse it until then.',
    remedy: 'Look at the clocks of the server and of this machine.',
  },
  'mx-certificate/expiring': {
    clause: 'RFC 5280 §4.1.2.5',
    ...lasting,
    severity: 'warning',
    title: 'The certificate of an MX host runs out soon',
    meaning: 'Its usual time of renewal is over. When it has run out, senders with MTA-STS stop delivering.',
    remedy: 'Look why it has not been renewed, and whether the mail server still holds an old one.',
  },
  'mx-certificate/sni': {
    clause: 'RFC 8461 §7.1',
    ...lasting,
    severity: 'warning',
    title: 'The right certificate comes only with, or only without, SNI',
    meaning:
      'Some senders name the host they want, others do not. Half of them get a certificate for another name.',
    remedy: 'Make the certificate of the MX host the default one of the mail server.',
  },
  'mx-certificate/varies': {
    clause: 'RFC 8461 §4.2',
    ...lasting,
    severity: 'warning',
    title: 'The addresses of an MX host show different certificates',
    meaning: 'One machine was renewed and the others were not. The next one to run out will surprise you.',
    remedy: 'Renew on all of them together.',
  },
  'mx-certificate/weak': {
    clause: 'RFC 9325 §4.5',
    ...untrusted,
    severity: 'warning',
    title: 'The certificate of an MX host is weak',
    meaning:
      'An RSA key below 2048 bits, a SHA-1 signature or a missing purpose; current TLS libraries refuse it.',
    remedy: 'Make a new key and get a new certificate.',
  },
  'mx-certificate/revoked': {
    clause: 'RFC 8461 §4.2',
    ...untrusted,
    severity: 'warning',
    title: 'The certificate of an MX host is revoked',
    meaning: 'Its CA has taken it back. Few senders look, those that do refuse it.',
    remedy: 'Get a new certificate with a new key.',
  },
  'mx-certificate/caa': {
    clause: 'RFC 8659 §4',
    ...lasting,
    severity: 'warning',
    title: 'A CAA record forbids the CA of an MX host',
    meaning: 'The next renewal will be refused.',
    remedy: 'Add the CA to the CAA records, or use an allowed one.',
  },
} as const satisfies Readonly<Record<string, CheckRow>>
