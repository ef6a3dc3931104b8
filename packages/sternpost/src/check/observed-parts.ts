/** What is looked at side by side; hosts are one part, each of them told of by itself too. */
export const checkParts = [
  'resolver',
  'dns',
  'policy-host',
  'mx-host',
  'mx-hosts',
  'name-servers',
  'report-destinations',
] as const
export type CheckPart = (typeof checkParts)[number]
