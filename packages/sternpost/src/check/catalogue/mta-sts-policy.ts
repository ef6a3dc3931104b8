import { type CheckRow, type FindingPage, lasting } from './finding-page.ts'

const policyExample =
  'version: STSv1\nmode: enforce\nmx: mail.example.com\nmx: *.example.net\nmax_age: 604800'

export const mtaStsPolicyRows = {
  'mta-sts/policy-foreign-text': {
    clause: 'RFC 8461 §3.2',
    temporary: false,
    resultType: 'sts-policy-invalid',
    severity: 'error',
    title: 'The file is something else than a policy',
    meaning:
      'In place of the policy there is a web page, JSON, a DNS record or another kind of text. Senders report an invalid policy and deliver without its protection, or go on with the one they have.',
    remedy:
      'Put a plain text file at `/.well-known/mta-sts.txt`. If the file is right on disk, a catch-all rule, a login page or a bot protection of the web server answers in its place.',
    example: policyExample,
  },
  'mta-sts/policy-placeholder': {
    clause: 'RFC 8461 §3.2',
    ...lasting,
    severity: 'error',
    title: 'The text of a template is still in the policy',
    meaning:
      'The policy names hosts such as mail.example.com or <your mx> that came with a guide. None of them is your MX host, so in mode enforce no sender with MTA-STS delivers.',
    remedy: 'Replace every placeholder by the names in your MX records.',
  },
  'mta-sts/policy-near-miss': {
    clause: 'RFC 8461 §3.2',
    ...lasting,
    severity: 'warning',
    title: 'A key that looks like a known one',
    meaning:
      'Senders ignore keys they do not know. A misspelt one, such as `max-age` or `Mode`, is ignored without a word, and what it should have said is not there.',
    remedy:
      'Write the key as the standard does: version, mode, mx, max_age, in lower case with an underscore.',
  },
  'mta-sts/policy-line-ends': {
    clause: 'RFC 8461 §3.2',
    ...lasting,
    severity: 'advice',
    title: 'Line ends are mixed',
    meaning:
      'Some lines end with CR LF, others with LF alone. Both are allowed, and senders should read both.',
    remedy: 'Save the file with one kind of line end; CR LF is what the standard names first.',
  },
  'mta-sts/policy-max-age-short': {
    clause: 'RFC 8461 §10.2',
    ...lasting,
    severity: 'warning',
    severityNote: 'advice between a day and two weeks in mode enforce',
    title: 'max_age is short',
    meaning:
      'Senders protect a domain as long as they remember its policy. Under a day some large senders do not keep it at all; under a few weeks an attacker who can hide the record for that long gets through.',
    remedy: 'Once the mode is enforce and works, raise max_age to weeks: 2592000 is thirty days.',
  },
  'mta-sts/policy-max-age-long': {
    clause: 'RFC 8461 §8.3',
    ...lasting,
    severity: 'warning',
    title: 'max_age is long for this mode',
    meaning:
      'While testing, and in mode none, a long max_age binds you to a policy you may want to change: every sender who fetched it may hold on to it that long.',
    remedy:
      'Use a day to a week while testing, and a day in mode none; raise it when enforce has proved itself.',
  },
  'mta-sts/policy-mode-none': {
    clause: 'RFC 8461 §8.3',
    ...lasting,
    severity: 'advice',
    title: 'The policy says none',
    meaning:
      'Senders neither enforce nor test anything. This is the way out of MTA-STS: keep it until every policy served before has run out.',
    remedy:
      'If MTA-STS shall end here, wait for the longest max_age you ever served, then remove the record and after it the policy host. Otherwise set the mode to testing.',
  },
  'mta-sts/policy-mode-testing': {
    clause: 'RFC 8461 §5',
    ...lasting,
    severity: 'advice',
    title: 'The policy is being tested',
    meaning:
      'Senders deliver whatever happens, and tell of failures in TLS reports. Against an attacker this protects nothing yet.',
    remedy: 'Read the TLS reports for two weeks; if the policy failed nowhere, set the mode to enforce.',
  },
  'mta-sts/policy-testing-stale': {
    clause: 'RFC 8461 §5',
    ...lasting,
    severity: 'advice',
    title: 'Tested long enough',
    meaning: 'The policy has been in mode testing for weeks, and the reports show no failure of it.',
    remedy: 'Set the mode to enforce, with a new id after the new policy is served.',
  },
  'mta-sts/policy-mx-broad': {
    clause: 'RFC 8461 §10.4',
    ...lasting,
    severity: 'warning',
    severityNote: 'advice for the shared name of a provider',
    title: 'A pattern that covers the hosts of strangers',
    meaning:
      'Whoever gets a certificate for a name under this pattern passes for your MX host, as far as the policy is concerned. A pattern such as *.com allows nearly everybody.',
    remedy: 'List the hosts, or a pattern under a name that only you or your provider use.',
  },
  'mta-sts/policy-mx-duplicate': {
    clause: 'RFC 8461 §3.2',
    ...lasting,
    severity: 'advice',
    title: 'An mx line stands twice',
    meaning: 'The second one changes nothing.',
    remedy: 'Remove it.',
  },
  'mta-sts/policy-not-as-published': {
    clause: 'RFC 8461 §8.1',
    ...lasting,
    severity: 'error',
    title: 'What is served differs from what you wanted to serve',
    meaning: 'The bytes at the policy host are not those of the policy you set. Senders go by what they get.',
    remedy: 'Look for an old copy on a second web server, in a cache or in a content delivery network.',
  },
} as const satisfies Readonly<Record<string, CheckRow>>

/** Pages of what the policy's parser reports. */
export const mtaStsPolicyPages = {
  'mta-sts/policy-too-large': {
    title: 'The policy is larger than 64 KiB',
    severity: 'error',
    meaning: 'Senders stop reading and take the policy for invalid.',
    remedy:
      'A policy has a few lines; look at what is served in its place. Replace long lists of hosts by patterns.',
  },
  'mta-sts/policy-empty': {
    title: 'The policy is empty',
    severity: 'error',
    meaning:
      'Senders report an invalid policy and deliver without protection, or go on with the one they have.',
    remedy: 'Fill the file.',
    example: policyExample,
  },
  'mta-sts/policy-encoding': {
    title: 'The file is not plain ASCII or UTF-8',
    severity: 'error',
    meaning:
      'A byte order mark, UTF-16 or stray bytes stand in the file. Senders do not find the key `version` in it and take the policy for invalid.',
    remedy: 'Save it as ASCII, or as UTF-8 without a byte order mark. Old versions of Notepad add one.',
  },
  'mta-sts/policy-line': {
    title: 'A line is not `key: value`',
    severity: 'error',
    meaning:
      'A line has a key at its very beginning, a colon right behind it, and a value. Strict senders refuse the whole policy for one bad line; lenient ones skip it.',
    remedy: 'Remove indentation, spaces before the colon, comments and continued lines.',
    example: policyExample,
  },
  'mta-sts/policy-blank-line': {
    title: 'An empty line in the policy',
    severity: 'error',
    severityNote: 'many senders skip it',
    meaning:
      'The grammar has no empty lines. Many senders skip them, one kind stops reading there, and strict ones refuse the policy.',
    remedy: 'Remove empty lines, also at the end of the file.',
  },
  'mta-sts/policy-version': {
    title: 'The version is missing or unknown',
    severity: 'error',
    meaning: 'The only version is STSv1. Senders refuse a policy without it.',
    remedy: 'Begin the file with the line `version: STSv1`.',
  },
  'mta-sts/policy-mode': {
    title: 'The mode is missing or unknown',
    severity: 'error',
    meaning:
      'The mode is enforce, testing or none, in lower case. Anything else, also `enforced`, makes the policy invalid.',
    remedy: 'Write one of the three words.',
  },
  'mta-sts/policy-max-age': {
    title: 'max_age is missing or no number',
    severity: 'error',
    meaning:
      'max_age is a number of seconds, 1 to 10 digits and nothing else. Without it the policy is invalid.',
    remedy: 'Write seconds without unit or separators: a week is 604800.',
  },
  'mta-sts/policy-max-age-capped': {
    title: 'max_age is above a year',
    severity: 'error',
    severityNote: 'most senders count it as a year',
    meaning:
      'The most a policy may say is 31557600 seconds. Strict senders refuse the policy, others count the value as a year.',
    remedy: 'Write at most 31557600.',
  },
  'mta-sts/policy-mx': {
    title: 'An mx line names no host',
    severity: 'error',
    meaning:
      'Behind `mx:` stands one host name, or `*.` and a name. A preference number, a list, a trailing dot, a URL or a star within a label makes the policy invalid.',
    remedy: 'One line for each host, as in the MX record but without number and final dot.',
    example: 'mx: mail.example.com\nmx: *.example.net',
  },
  'mta-sts/policy-mx-missing': {
    title: 'The policy lists no MX host',
    severity: 'error',
    meaning:
      'In mode enforce and testing there must be at least one mx line; without it the policy is invalid.',
    remedy: 'Add one line for each MX host.',
  },
  'mta-sts/policy-mx-address': {
    title: 'An mx line holds an IP address',
    severity: 'warning',
    meaning:
      'The grammar lets it pass, but senders compare with the host names of the MX records, and no host is called so. The line protects nothing; where it stands alone, every delivery fails.',
    remedy: 'Write the name of the host.',
  },
  'mta-sts/policy-duplicate-field': {
    title: 'A key stands twice',
    severity: 'warning',
    meaning: 'The first one counts. There are senders who take the last.',
    remedy: 'Keep the one you mean.',
  },
  'mta-sts/policy-unknown-field': {
    title: 'An unknown key',
    severity: 'advice',
    meaning: 'Senders ignore it.',
    remedy: 'Remove it, if it is not an extension you know of.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>
