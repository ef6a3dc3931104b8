import { type CheckRow, lasting } from './finding-page.ts'

const mismatch = { temporary: false, resultType: 'validation-failure' } as const

/** The policy held against the MX records. */
export const mtaStsMatchRows = {
  'mta-sts/mx-none-listed': {
    clause: 'RFC 8461 §4.1',
    ...mismatch,
    severity: 'error',
    severityNote: 'a warning while the mode is testing',
    title: 'The policy lists none of the MX hosts',
    meaning:
      'Under mode enforce, senders with MTA-STS find no host they may use. Their mail waits and comes back after some days. Senders without MTA-STS notice nothing.',
    remedy:
      'Add a line for each MX host and serve the policy; then change the id. Mail that waits is delivered at the next try after that.',
  },
  'mta-sts/mx-not-listed': {
    clause: 'RFC 8461 §4.1',
    ...mismatch,
    severity: 'error',
    severityNote: 'a warning while the mode is testing',
    title: 'An MX host is not in the policy',
    meaning:
      'Senders with MTA-STS pass over this host under mode enforce. If the others do not answer, the mail waits.',
    remedy: 'Add the host to the policy, or remove it from the MX records if it is an old one.',
  },
  'mta-sts/mx-wildcard-depth': {
    clause: 'RFC 8461 §4.1',
    ...mismatch,
    severity: 'error',
    title: 'A wildcard stands for one label only',
    meaning:
      '`*.example.net` allows `mx.example.net` and not `mx.a.example.net`. A host two levels below is not allowed, and senders pass over it.',
    remedy: 'Add a pattern one level deeper, or the host itself.',
    example: 'mx: *.a.example.net',
  },
  'mta-sts/mx-wildcard-apex': {
    clause: 'RFC 8461 §4.1',
    ...mismatch,
    severity: 'error',
    title: 'A wildcard does not stand for the name itself',
    meaning: '`*.example.net` does not allow `example.net`. Senders pass over this host.',
    remedy: 'Add a line with the name itself.',
    example: 'mx: example.net',
  },
  'mta-sts/mx-unused': {
    clause: 'RFC 8461 §8.1',
    ...lasting,
    severity: 'advice',
    title: 'A pattern that no MX host needs',
    meaning:
      'While mail moves to other hosts this is how it should be. Later such a line only leaves a door open that nobody uses.',
    remedy: 'Remove it when the move is over.',
  },
  'mta-sts/with-dane': {
    clause: 'RFC 8461 §2',
    ...lasting,
    severity: 'advice',
    title: 'DANE and MTA-STS together',
    meaning:
      'Senders that do both follow DANE. Those that do one follow that one. Both must be right for all to deliver.',
    remedy: 'Keep both in mind when a certificate changes.',
  },
  'mta-sts/mx-change': {
    clause: 'RFC 8461 §8.1',
    ...mismatch,
    severity: 'error',
    title: 'A planned MX host is not in the policies senders still have',
    meaning:
      'Senders may use a policy they fetched before, up to its max_age. Until then they refuse an MX host it does not list.',
    remedy:
      'Put the new host into the policy first, change the id, and wait for the longest max_age served before the MX record changes.',
  },
} as const satisfies Readonly<Record<string, CheckRow>>
