import { careful, carefulWithMx, type FaultDomains } from './fault-domain.ts'

/** What is wrong with the certificates of MX hosts. */
export const mxCertificateFaults: FaultDomains = {
  'mx-name.test': {
    about: 'The certificate is for another name',
    domain: carefulWithMx('mx-name.test', { certificate: 'wrong-name' }),
  },
  'mx-common-name.test': {
    about: 'The name stands only in the common name',
    domain: carefulWithMx('mx-common-name.test', { certificate: 'common-name-only' }),
  },
  'mx-self-signed.test': {
    about: 'A self-signed certificate under enforce',
    domain: carefulWithMx('mx-self-signed.test', { certificate: 'self-signed' }),
  },
  'mx-self-signed-testing.test': {
    about: 'A self-signed certificate under testing',
    domain: carefulWithMx('mx-self-signed-testing.test', { certificate: 'self-signed' }, { mode: 'testing' }),
  },
  'mx-self-signed-plain.test': {
    about: 'A self-signed certificate without a policy',
    domain: { mx: { 'mx.mx-self-signed-plain.test': { certificate: 'self-signed' } } },
  },
  'mx-untrusted.test': {
    about: 'A certificate of a CA nobody knows',
    domain: carefulWithMx('mx-untrusted.test', { certificate: 'other-ca' }),
  },
  'mx-incomplete.test': {
    about: 'The intermediate certificate is not sent',
    domain: carefulWithMx('mx-incomplete.test', { certificate: 'missing-intermediate' }),
  },
  'mx-expired.test': {
    about: 'The certificate has expired',
    domain: carefulWithMx('mx-expired.test', { certificate: 'expired' }),
  },
  'mx-not-yet.test': {
    about: 'The certificate is not valid yet',
    domain: carefulWithMx('mx-not-yet.test', { certificate: 'not-yet-valid' }),
  },
  'mx-expiring.test': {
    about: 'The certificate ends in five days',
    domain: carefulWithMx('mx-expiring.test', { certificate: { endsInDays: 5 } }),
  },
  'mx-expiring-now.test': {
    about: 'The certificate ends tomorrow',
    domain: carefulWithMx('mx-expiring-now.test', { certificate: { endsInDays: 1 } }),
  },
  'mx-weak-key.test': {
    about: 'An RSA key of 1024 bits',
    domain: carefulWithMx('mx-weak-key.test', { certificate: 'weak-key' }),
  },
  'mx-client-only.test': {
    about: 'A certificate for clients',
    domain: carefulWithMx('mx-client-only.test', { certificate: 'client-only' }),
  },
  'mx-sni.test': {
    about: 'The right certificate only for who asks by name',
    domain: carefulWithMx('mx-sni.test', { certificateWithoutServerName: 'wrong-name' }),
  },
  'mx-varies.test': {
    about: 'One of two addresses shows an expired certificate',
    domain: carefulWithMx('mx-varies.test', { addresses: [{}, { certificate: 'expired' }] }),
  },
  'mx-caa.test': {
    about: 'CAA records allow no CA for the MX host',
    domain: careful('mx-caa.test', { mx: { 'mx.elsewhere-caa.test': {} } }),
    zone: { 'elsewhere-caa.test': { CAA: '0 issue ";"' } },
  },
  'mx-backup.test': {
    about: 'Only the backup host has a wrong certificate',
    domain: careful('mx-backup.test', {
      mx: { 'mx1.mx-backup.test': {}, 'mx2.mx-backup.test': { certificate: 'wrong-name' } },
    }),
  },
}
