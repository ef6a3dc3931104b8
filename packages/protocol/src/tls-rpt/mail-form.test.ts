import { describe, expect, it } from 'vitest'
import vectors from '../../../../vectors/tls-rpt/mail-form.json' with { type: 'json' }
import { parseReportFileName, parseReportSubject } from './mail-form.ts'

interface Vector {
  readonly id: string
  readonly input: string
  readonly expect: { readonly ok?: boolean; readonly value?: object; readonly codes?: readonly string[] }
}

const read = {
  fileName: parseReportFileName,
  subject: parseReportSubject,
}

describe.each(['fileName', 'subject'] as const)('%s', kind => {
  it.each(vectors[kind] as readonly Vector[])('$id', ({ input, expect: expected }) => {
    const parsed = read[kind](input)
    const summary = parsed.ok
      ? { ok: true, value: parsed.value }
      : { codes: parsed.issues.map(({ code }) => code) }
    expect(summary).toEqual(expected)
  })

  it.each(['!', ' ', 'report domain: ', 'a!', '1', '.', '<', '\\'])('answers 1 MiB of %j at once', unit => {
    const parsed = read[kind](unit.repeat(1_048_576 / unit.length))
    expect(parsed.ok ? '' : parsed.issues[0].message.length < 200).toBe(true)
  })
})
