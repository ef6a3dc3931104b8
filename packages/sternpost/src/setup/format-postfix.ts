import type { PostfixAdvice, PostfixSetting } from './advise-postfix.ts'

type GoodAdvice = Extract<PostfixAdvice, { ok: true }>

/** Lines to paste into main.cf, each parameter with its reason above it. */
export function formatPostfixAdvice(advice: GoodAdvice, version: string): string {
  const settings = advice.settings.map(({ parameter, wanted, why, change }) => {
    const state = change ? '' : ' (already so)'
    return [...wrap(`# ${why}${state}`, '# '), `${parameter} = ${wanted}`].join('\n')
  })
  return [`# For Postfix ${version}`, ...settings, formatNotes(advice.notes)].filter(Boolean).join('\n\n')
}

/** A table of what is, and what should be. */
export function formatPostfixDifference(settings: readonly PostfixSetting[]): string {
  return settings
    .map(({ parameter, current, wanted, change }) =>
      change
        ? `  ${parameter}\n    - ${current === '' ? '(empty)' : current}\n    + ${wanted}`
        : `  ${parameter}\n      ${current === '' ? '(empty)' : current}`,
    )
    .join('\n')
}

export function formatNotes(notes: readonly string[]): string {
  return notes.flatMap(note => wrap(`* ${note}`, '  ')).join('\n')
}

/** Breaks a paragraph at 100 characters; further lines start with `indent`. */
function wrap(text: string, indent: string): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined) lines.push(word)
    else if (last.length + 1 + word.length > 100) lines.push(`${indent}${word}`)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
