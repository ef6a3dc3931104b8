import { formatMtaStsPolicy, parseMtaStsPolicy } from '@sternpost/protocol'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { correctPolicyText } from './correct-policy.ts'

const good = 'version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmax_age: 604800\r\n'

describe('correctPolicyText', () => {
  test.each([
    ['lone CR', 'version: STSv1\rmode: enforce\rmx: mail.example.com\rmax_age: 604800\r'],
    [
      'blank lines and comments',
      '\n# policy\nversion: STSv1\n\nmode: enforce\nmx: mail.example.com\nmax_age: 604800\n\n',
    ],
    ['indentation', '  version: STSv1\n  mode: enforce\n  mx: mail.example.com\n  max_age: 604800\n'],
    ['spaces before colons', 'version : STSv1\nmode : enforce\nmx : mail.example.com\nmax_age : 604800'],
    ['equals signs', 'version=STSv1\nmode=enforce\nmx=mail.example.com\nmax_age=604800'],
    ['case', 'Version: stsv1\nMode: Enforce\nMX: Mail.Example.COM\nMax_Age: 604800'],
    ['misspelt words', 'version: STSv1\nmode: enforced\nnmx: mail.example.com\nmax-age: 604800'],
    ['order', 'max_age: 604800\nmx: mail.example.com\nmode: enforce\nversion: STSv1'],
    ['no version', 'mode: enforce\nmx: mail.example.com\nmax_age: 604800'],
    ['one line', 'version: STSv1; mode: enforce; mx: mail.example.com; max_age: 604800;'],
    ['quotation marks', 'version: "STSv1"\nmode: "enforce"\nmx: "mail.example.com"\nmax_age: "604800"'],
    ['trailing dot', 'version: STSv1\nmode: enforce\nmx: mail.example.com.\nmax_age: 604800'],
    ['preference', 'version: STSv1\nmode: enforce\nmx: 10 mail.example.com\nmax_age: 604800'],
    [
      'duplicates',
      'version: STSv1\nmode: enforce\nmode: none\nmx: mail.example.com\nmx: mail.example.com\nmax_age: 604800',
    ],
    [
      'an address beside',
      'version: STSv1\nmode: enforce\nmx: 192.0.2.1\nmx: mail.example.com\nmax_age: 604800',
    ],
    ['thousands', 'version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 604_800'],
    ['a unit', 'version: STSv1\nmode: enforce\nmx: mail.example.com\nmax_age: 604800 seconds'],
    ['a byte order mark', `\ufeff${good}`],
  ])('%s', (_, text) => {
    expect(correctPolicyText(text)).toEqual({ text: good, toFill: [] })
  })

  test('lists become lines, names become A-labels, a year is the most', () => {
    const { text } = correctPolicyText(
      'version: STSv1\nmode: testing\nmx: a.example, *.b.example bücher.example\nmax_age: 99999999999\nnote: x\n',
    )
    expect(text).toBe(
      'version: STSv1\r\nmode: testing\r\nmx: a.example\r\nmx: *.b.example\r\nmx: xn--bcher-kva.example\r\nmax_age: 31557600\r\nnote: x\r\n',
    )
  })

  test.each([
    ['no mode', 'version: STSv1\nmx: a.example\nmax_age: 5', /mode:/],
    ['no max_age', 'version: STSv1\nmode: none', /max_age:/],
    ['a guess of a max_age', 'version: STSv1\nmode: none\nmax_age: 7d', /max_age:/],
    ['a fraction', 'version: STSv1\nmode: none\nmax_age: 86400.5', /max_age:/],
    ['no hosts', 'version: STSv1\nmode: enforce\nmax_age: 5', /mx:/],
    ['nothing but addresses', 'version: STSv1\nmode: enforce\nmx: 192.0.2.1\nmax_age: 5', /mx:/],
    ['a star within a label', 'version: STSv1\nmode: enforce\nmx: mx*.a.example\nmax_age: 5', /mx:/],
    ['another version', 'version: STSv2\nmode: none\nmax_age: 5', /version/],
    ['prose', 'hello\nversion: STSv1\nmode: none\nmax_age: 5', /lines/],
  ])('%s is left to a person', (_, text, what) => {
    const corrected = correctPolicyText(text)
    expect(corrected.text).toBeUndefined()
    expect(corrected.toFill.join(' ')).toMatch(what)
  })

  const piece = fc.constantFrom(
    ...[
      'version: STSv1',
      'mode: enforce',
      'Mode : Testing',
      'mx: a.example',
      'mx: b.example.',
      'mx: a.example, c.example',
    ],
    ...[
      'max_age: 604800',
      'max-age: 99999999999',
      'note: x; mode: y',
      'nmx: *.d.example',
      '# x',
      '',
      ' ',
      '\r',
      '\n',
      '\r\n',
      ';',
    ],
  )
  const text = fc.array(piece, { maxLength: 14 }).map(pieces => pieces.join('\n'))

  test('what is offered parses without an error, and correcting it again changes nothing', () => {
    fc.assert(
      fc.property(fc.oneof(text, fc.string({ unit: 'binary', maxLength: 200 })), broken => {
        const corrected = correctPolicyText(broken).text
        if (corrected === undefined) return
        expect(parseMtaStsPolicy(corrected).ok).toBe(true)
        expect(correctPolicyText(corrected)).toEqual({ text: corrected, toFill: [] })
      }),
      { numRuns: 2_000 },
    )
  })

  test('a valid policy keeps its meaning', () => {
    fc.assert(
      fc.property(text, candidate => {
        const before = parseMtaStsPolicy(candidate)
        if (!before.ok) return
        const after = parseMtaStsPolicy(correctPolicyText(candidate).text ?? '')
        expect(after.ok && formatMtaStsPolicy(after.value)).toContain(`mode: ${before.value.mode}`)
      }),
    )
  })
})
