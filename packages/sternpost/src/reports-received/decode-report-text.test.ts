import { expect, test } from 'vitest'
import { decodeReportText } from './decode-report-text.ts'

test('text that is no UTF-8 is read, with what was replaced told', () => {
  expect(decodeReportText(Buffer.from('\u{feff}{"a":"ü"}'))).toEqual({
    text: '{"a":"ü"}',
    hasReplacedBytes: false,
  })
  expect(decodeReportText(Buffer.from('\u{feff}{}', 'utf16le'))).toEqual({
    text: '{}',
    hasReplacedBytes: false,
  })
  expect(decodeReportText(Uint8Array.of(0x22, 0xff, 0x22))).toEqual({
    text: '"\u{fffd}"',
    hasReplacedBytes: true,
  })
})
