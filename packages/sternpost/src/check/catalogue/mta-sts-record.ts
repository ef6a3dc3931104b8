import { type CheckRow, type FindingPage, lasting } from './finding-page.ts'

export const mtaStsRecordRows = {
  'mta-sts/record-foreign': {
    clause: 'RFC 8461 §3.1',
    ...lasting,
    severity: 'advice',
    title: 'Other TXT records beside the MTA-STS record',
    meaning: 'Senders pass over TXT records that do not begin with v=STSv1; so nothing breaks.',
    remedy: 'Remove what is not needed there: it makes mistakes harder to see.',
  },
  'mta-sts/record-misplaced': {
    clause: 'RFC 8461 §3.1',
    ...lasting,
    severity: 'error',
    title: 'The MTA-STS record is at the wrong name',
    meaning:
      'Senders look at `_mta-sts.` and the domain, nowhere else. A record at the domain itself, at `mta-sts.`, at `_mta_sts.` or at a name with the domain in it twice is never seen.',
    remedy:
      'Move it to `_mta-sts`. Many DNS forms add the domain themselves: there only `_mta-sts` is to be entered.',
    example: '_mta-sts.example.com. IN TXT "v=STSv1; id=20260101T000000;"',
  },
  'mta-sts/record-alias': {
    clause: 'RFC 8461 §8.2',
    ...lasting,
    severity: 'advice',
    title: 'The MTA-STS record is an alias',
    meaning:
      '`_mta-sts` is a CNAME, so somebody else decides on the record and its id. That is how hosted policies work.',
    remedy: 'Nothing, as long as you know whose record it is.',
  },
  'mta-sts/record-alias-conflict': {
    clause: 'RFC 1034 §3.6.2',
    ...lasting,
    severity: 'error',
    title: 'An alias and other records at one name',
    meaning:
      'Where a CNAME is, nothing else may be. Some resolvers follow the alias, others give the TXT record.',
    remedy: 'Keep one of them.',
  },
  'mta-sts/record-ttl': {
    clause: 'RFC 8461 §8.1',
    ...lasting,
    severity: 'advice',
    title: 'The MTA-STS record lives long in caches',
    meaning: 'Senders notice a changed policy only when the old record has left their resolver.',
    remedy: 'Use a TTL of an hour, and five minutes while you are testing.',
  },
  'mta-sts/record-id-unchanged': {
    clause: 'RFC 8461 §3.1',
    ...lasting,
    severity: 'error',
    title: 'The policy changed, its id did not',
    meaning:
      'Senders who know the old policy compare ids only. They go on with the old policy until they refresh it by themselves, and refuse MX hosts it does not list.',
    remedy:
      'Change the id each time the bytes of the policy change, after the new policy is served everywhere.',
  },
  'mta-sts/record-id-churn': {
    clause: 'RFC 8461 §3.1',
    ...lasting,
    severity: 'warning',
    title: 'The id changes though the policy does not',
    meaning: 'Every change makes every sender fetch the policy again.',
    remedy: 'Make the id from the bytes of the policy, or from the time of its last change.',
  },
  'mta-sts/subdomain-none': {
    clause: 'RFC 8461 §3.4',
    ...lasting,
    severity: 'warning',
    title: 'A subdomain with mail has no policy of its own',
    meaning: 'A policy holds for its own domain only. Mail to a subdomain is as unprotected as before.',
    remedy: 'Publish record and policy for the subdomain too.',
  },
  'mta-sts/alias-half': {
    clause: 'RFC 8461 §8.2',
    ...lasting,
    severity: 'error',
    title: 'Only one of the two names is delegated',
    meaning:
      'With a hosted policy both `_mta-sts` and `mta-sts` point at the host. With one alone the id and the policy come from different hands and soon do not belong together.',
    remedy: 'Point both names at the same service, or neither.',
  },
  'mta-sts/policy-without-record': {
    clause: 'RFC 8461 §3.1',
    ...lasting,
    severity: 'error',
    title: 'There is a policy, but no record announces it',
    meaning:
      'Senders look at the record first. Without it they never ask for the policy; nothing is protected.',
    remedy: 'Publish the TXT record.',
    example: '_mta-sts.example.com. IN TXT "v=STSv1; id=20260101T000000;"',
  },
  'mta-sts/without-mail': {
    clause: 'RFC 8461 §1',
    ...lasting,
    severity: 'advice',
    title: 'MTA-STS at a domain that takes no mail',
    meaning: 'There is no mail to protect. The policy host and its certificate need care all the same.',
    remedy: 'Take record and policy away, or publish mode none.',
  },
} as const satisfies Readonly<Record<string, CheckRow>>

/** Pages of what the record's parser reports. */
export const mtaStsRecordPages = {
  'mta-sts/record-none': {
    title: 'There is no MTA-STS record',
    severity: 'advice',
    severityNote: 'an error where a policy file is served: half of the set-up is missing',
    meaning:
      'Nothing tells senders to insist on TLS. Whoever sits on the line can remove STARTTLS, and the mail goes out in the clear.',
    remedy: 'Serve a policy in mode testing first, then publish the record that announces it.',
    example: '_mta-sts.example.com. IN TXT "v=STSv1; id=20260101T000000;"',
  },
  'mta-sts/record-multiple': {
    title: 'More than one MTA-STS record',
    severity: 'error',
    meaning:
      'With two records that begin with v=STSv1; senders act as if there were none. Two identical ones are two as well.',
    remedy: 'Keep one. When the id changes, replace the record; do not add a second one.',
  },
  'mta-sts/record-version': {
    title: 'The record does not begin with v=STSv1',
    severity: 'error',
    meaning: 'Senders pass over it as if it belonged to somebody else.',
    remedy: 'Let the text begin with v=STSv1; exactly so, in these letters and without anything before it.',
    example: '"v=STSv1; id=20260101T000000;"',
  },
  'mta-sts/record-almost': {
    title: 'Nearly an MTA-STS record',
    severity: 'error',
    meaning:
      'The text is meant as an MTA-STS record, but a detail keeps senders from seeing it as one: quotation marks in the text, a space in front, other letters, a missing semicolon.',
    remedy:
      'Write it as the example shows. The quotation marks of a zone file are not part of the text; a DNS form seldom wants them.',
    example: '_mta-sts.example.com. IN TXT "v=STSv1; id=20260101T000000;"',
  },
  'mta-sts/record-syntax': {
    title: 'A field of the record is malformed',
    severity: 'error',
    meaning:
      'A field is `name=value` without spaces around the equals sign, and between two semicolons there must be one. Strict senders ignore the whole record.',
    remedy: 'Remove or correct the field.',
  },
  'mta-sts/record-id-missing': {
    title: 'The record has no id',
    severity: 'error',
    meaning: 'Without an id senders cannot tell whether they know the policy; they ignore the record.',
    remedy: 'Add an id of letters and digits, such as the time of the last change.',
    example: '"v=STSv1; id=20260101T000000;"',
  },
  'mta-sts/record-id': {
    title: 'The id is malformed',
    severity: 'error',
    meaning:
      'An id is 1 to 32 letters and digits; hyphens, colons and dots are not allowed. Strict senders ignore the record.',
    remedy: 'Take the marks out: 2026-01-01 becomes 20260101.',
  },
  'mta-sts/record-duplicate-field': {
    title: 'A field stands twice',
    severity: 'warning',
    meaning: 'The standard does not say which one counts. We take the first, others may take the last.',
    remedy: 'Remove one.',
  },
  'mta-sts/record-delimiter-space': {
    title: 'A space before the first semicolon',
    severity: 'warning',
    meaning:
      'The grammar allows it, but the text of the standard has records discarded that do not begin with v=STSv1; so some senders ignore this one.',
    remedy: 'Remove the space.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>
