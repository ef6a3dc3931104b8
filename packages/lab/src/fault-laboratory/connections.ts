import { careful, carefulWithMx, type FaultDomains } from './fault-domain.ts'

/** What goes wrong on port 25, before and during TLS. */
export const connectionFaults: FaultDomains = {
  'unreachable.test': {
    about: 'Nobody listens at the only host',
    domain: carefulWithMx('unreachable.test', { addresses: [{ dead: true }] }),
  },
  'unreachable-backup.test': {
    about: 'Nobody listens at the second host',
    domain: careful('unreachable-backup.test', {
      mx: {
        'mx1.unreachable-backup.test': {},
        'mx2.unreachable-backup.test': { addresses: [{ dead: true }] },
      },
    }),
  },
  'address-dead.test': {
    about: 'Nobody listens at the second address',
    domain: carefulWithMx('address-dead.test', { addresses: [{}, { dead: true }] }),
  },
  'mx-reset.test': {
    about: 'Every connection is reset',
    domain: carefulWithMx('mx-reset.test', { fault: 'reset' }),
  },
  'greeting-later.test': {
    about: 'The host asks to come back later',
    domain: carefulWithMx('greeting-later.test', { fault: 'greeting-4xx' }),
  },
  'greeting-refused.test': {
    about: 'The host refuses everybody',
    domain: carefulWithMx('greeting-refused.test', { fault: 'greeting-554' }),
  },
  'ehlo-refused.test': {
    about: 'The host refuses EHLO',
    domain: carefulWithMx('ehlo-refused.test', { fault: 'ehlo-550' }),
  },
  'web-server.test': {
    about: 'A web server on port 25',
    domain: carefulWithMx('web-server.test', { fault: 'http' }),
  },
  'no-starttls.test': {
    about: 'No STARTTLS, no policy',
    domain: { mx: { 'mx.no-starttls.test': { fault: 'no-starttls' } } },
  },
  'no-starttls-enforce.test': {
    about: 'No STARTTLS under a policy in enforce mode',
    domain: carefulWithMx('no-starttls-enforce.test', { fault: 'no-starttls' }),
  },
  'no-starttls-testing.test': {
    about: 'No STARTTLS under a policy in testing mode',
    domain: carefulWithMx('no-starttls-testing.test', { fault: 'no-starttls' }, { mode: 'testing' }),
  },
  'starttls-refused.test': {
    about: 'STARTTLS is offered and refused for now',
    domain: carefulWithMx('starttls-refused.test', { fault: 'starttls-454' }),
  },
  'starttls-refused-for-good.test': {
    about: 'STARTTLS is offered and refused for good',
    domain: carefulWithMx('starttls-refused-for-good.test', { fault: 'starttls-554' }),
  },
  'handshake.test': {
    about: 'No handshake follows STARTTLS',
    domain: carefulWithMx('handshake.test', { fault: 'reset-in-handshake' }),
  },
  'starttls-varies.test': {
    about: 'One of two addresses has no STARTTLS',
    domain: carefulWithMx('starttls-varies.test', { addresses: [{}, { fault: 'no-starttls' }] }),
  },
  'tls-ancient.test': {
    about: 'Nothing better than TLS 1.1',
    domain: carefulWithMx('tls-ancient.test', { fault: 'old-tls' }),
  },
  'tls-old.test': {
    about: 'TLS 1.0 and 1.1 beside 1.2 and 1.3',
    domain: carefulWithMx('tls-old.test', { minTlsVersion: 'TLSv1' }),
  },
  'tls-12.test': {
    about: 'No TLS 1.3',
    domain: carefulWithMx('tls-12.test', { maxTlsVersion: 'TLSv1.2' }),
  },
  'injection.test': {
    about: 'What came in clear behind STARTTLS is answered',
    domain: carefulWithMx('injection.test', {
      fault: { keepsPlaintext: true, ehloAfterTls: ['250-mx', '250 PIPELINING'] },
    }),
  },
  'ehlo-changes.test': {
    about: 'STARTTLS is offered again inside TLS',
    domain: carefulWithMx('ehlo-changes.test', { fault: 'starttls-after-tls' }),
  },
  'mx-greeting.test': {
    about: 'The host greets under another name, which its address points back to as well',
    domain: carefulWithMx('mx-greeting.test', {
      reverseName: 'host7.mx-greeting.test',
      fault: {
        ehlo: ['250-host7.mx-greeting.test', '250 STARTTLS'],
        ehloAfterTls: '250 host7.mx-greeting.test',
      },
    }),
  },
  'escapes.test': {
    about: 'Terminal escapes in every line of the host',
    domain: carefulWithMx('escapes.test', { fault: 'escapes' }),
  },
  'huge-ehlo.test': {
    about: 'Ten megabytes in answer to EHLO',
    domain: carefulWithMx('huge-ehlo.test', { fault: 'huge-ehlo' }),
  },
}
