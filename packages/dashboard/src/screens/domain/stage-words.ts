/** What a stage of a roll-out means for mail, for a person who never heard of it. */
export const stageSentences: Readonly<Record<string, string>> = {
  planned: 'Nothing is published yet: senders deliver as if there were no policy.',
  published:
    'Senders are asked to test: they check TLS at your mail servers and report what fails, and deliver all the same. No report has come in yet.',
  gathering:
    'Senders test and report, and deliver all the same. Evidence is gathered until it is safe to require TLS.',
  ready: 'Senders test and report; the evidence says that requiring TLS would stop no mail.',
  enforced:
    'Senders that know MTA-STS deliver over verified TLS only. An attacker on the way can no longer remove the encryption.',
  held: 'Held by a person: nothing goes on by itself, and what is published stays as it is.',
  'rolling-back': 'A weaker policy is being published.',
  none: 'A policy says that nothing is asked of senders: mail is delivered as if there were none.',
  removed: 'Record and policy are taken away; nothing is asked of senders.',
}

export const stageNames: Readonly<Record<string, string>> = {
  planned: 'Planned',
  published: 'Testing, waiting for reports',
  gathering: 'Testing, gathering evidence',
  ready: 'Ready to enforce',
  enforced: 'Enforced',
  held: 'Held',
  'rolling-back': 'Rolling back',
  none: 'Off',
  removed: 'Removed',
}

/** What the gate looks at, in plain words. */
export const criterionNames: Readonly<Record<string, string>> = {
  days: 'Days in testing',
  sessions: 'Sessions reported',
  reporters: 'Organizations that report',
  failures: 'Unexplained failures',
  'mx-in-policy': 'MX hosts named in the policy',
  'mx-hosts': 'TLS at the MX hosts',
  certificates: 'Certificates',
  'policy-host': 'Policy host reachable',
}
