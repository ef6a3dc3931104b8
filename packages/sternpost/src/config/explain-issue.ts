import { nearestWord, quote } from '@sternpost/protocol'
import type * as z from 'zod'
import type { ConfigDocument } from './document.ts'
import type { ConfigIssue } from './issues.ts'
import { keysAt } from './setting.ts'

/** Says what is wrong with a configuration in an operator's words, with the line it stands on. */
export function explainIssue(issue: z.core.$ZodIssue, document: ConfigDocument): readonly ConfigIssue[] {
  const { file } = document
  const path = issue.path
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map(key => ({
      code: 'config/unknown-key' as const,
      message: unknownKey(key, path),
      file,
      ...document.locate(path, key),
    }))
  }

  const present = valueAt(document.content, path)
  const place = document.locate(path)
  const name = formatPath(path)
  if (
    present === undefined &&
    path.length > 0 &&
    (issue.code === 'invalid_type' || issue.code === 'invalid_union')
  ) {
    const what = issue.code === 'invalid_union' ? `: ${unionOptions(issue)}` : ''
    return [{ code: 'config/missing-key', message: `${name} is missing${what}`, file, ...place }]
  }
  if (present === null) {
    const message = `${name} has no value; write one or remove the line`
    return [{ code: 'config/type', message, file, ...place }]
  }
  const code = issue.code === 'invalid_type' ? 'config/type' : 'config/value'
  const separator = issue.code === 'custom' ? ': ' : ' '
  return [{ code, message: `${name}${separator}${describe(issue, present)}`, file, ...place }]
}

function unknownKey(key: string, path: readonly PropertyKey[]): string {
  const known = keysAt(path)
  // In a choice the other branches' keys are known too, but do not go with what was chosen here.
  if (known.includes(key)) return `${quote(key)} does not go with the rest of ${formatPath(path)}; remove it`
  const near = nearestWord(key, known)
  const section = path.length === 0 ? 'at the top level' : `in ${formatPath(path)}`
  const hint = near === undefined ? `known there: ${known.join(', ')}` : `did you mean ${near}?`
  return `${quote(key)} is no setting ${section}; ${hint}`
}

function describe(issue: z.core.$ZodIssue, present: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      // A message of ours starts in lower case; zod's own tells types only, which is said better here.
      return /^[a-z]/.test(issue.message)
        ? issue.message
        : `must be ${typeInWords(issue.expected)}, not ${shown(present)}`
    case 'invalid_value':
      return `must be ${choice(issue.values)}, not ${shown(present)}`
    case 'invalid_union':
      return `must be ${unionOptions(issue)}, not ${shown(present)}`
    case 'too_small':
    case 'too_big': {
      const limit = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`
      if (/^[a-z]/.test(issue.message)) return issue.message
      if (issue.origin === 'array') return `must have ${limit} entries`
      if (issue.origin === 'string') return `must have ${limit} characters`
      return `must be ${limit}, not ${shown(present)}`
    }
    default:
      return issue.message
  }
}

function typeInWords(expected: string): string {
  const words: Readonly<Record<string, string>> = {
    object: 'a section of keys',
    array: 'a list',
    boolean: 'true or false',
    int: 'a whole number',
    number: 'a number',
    string: 'text',
  }
  return words[expected] ?? expected
}

function unionOptions(issue: z.core.$ZodIssueInvalidUnion): string {
  const options = 'options' in issue && Array.isArray(issue.options) ? issue.options : []
  return choice(options)
}

/** Lists what there is to choose from: `a, b or c`. */
function choice(options: readonly unknown[]): string {
  return options
    .map(String)
    .join(', ')
    .replace(/, ([^,]*)$/, ' or $1')
}

function shown(value: unknown): string {
  if (typeof value === 'string') return quote(value)
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  return Array.isArray(value) ? 'a list' : 'a section'
}

/** Writes a path as people say it: `outbound.overrides[2].reason`. */
export function formatPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return 'the file'
  return path
    .map((step, index) =>
      typeof step === 'number' ? `[${step}]` : `${index === 0 ? '' : '.'}${String(step)}`,
    )
    .join('')
}

export function valueAt(content: unknown, path: readonly PropertyKey[]): unknown {
  let value = content
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined
    value = (value as Readonly<Record<PropertyKey, unknown>>)[step]
  }
  return value
}
