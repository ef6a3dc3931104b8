/** Every code a configuration can be refused or remarked with; the value says what the rule is. */
export const configIssues = {
  'config/not-found': 'the named configuration file must exist',
  'config/unreadable': 'the configuration file must be readable for the user Sternpost runs as',
  'config/too-large': 'a configuration file has at most 1 MiB',
  'config/encoding': 'a configuration file is UTF-8 text',
  'config/yaml': 'a configuration file is one YAML 1.2 document',
  'config/duplicate-key': 'a key stands once in its section',
  'config/unknown-key':
    'only documented keys are allowed, so that a typing error cannot switch a setting off',
  'config/missing-key': 'required keys must be written',
  'config/type': 'a value has the type its setting names',
  'config/value': 'a value lies within what its setting allows',
  'config/exposed': 'a service without sign-in should listen on loopback or a unix socket',
  'config/override-expired': 'an override whose date has passed has no effect and should be removed',
} as const

export type ConfigIssueCode = keyof typeof configIssues

/** One thing wrong with, or remarkable in, a configuration. */
export interface ConfigIssue {
  readonly code: ConfigIssueCode
  readonly message: string
  /** The file as it was named, where one was read. */
  readonly file?: string
  /** From 1. */
  readonly line?: number
  /** From 1. */
  readonly column?: number
}

/** Writes an issue as compilers do, so that editors find the place: `sternpost.yaml:3:5: message [code]`. */
export function formatConfigIssue(issue: ConfigIssue): string {
  const place = [issue.file, issue.line, issue.column].filter(part => part !== undefined).join(':')
  return `${place === '' ? '' : `${place}: `}${issue.message} [${issue.code}]`
}
