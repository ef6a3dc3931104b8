import { expect, test } from 'vitest'
import { readCheckInput } from './read-check-input.ts'

const domainOf = (text: string) => {
  const input = readCheckInput(text)
  return input.ok ? input.domain : undefined
}
const refusal = (text: string) => {
  const input = readCheckInput(text)
  return input.ok ? '' : input.message
}

test.each([
  ['example.com', 'example.com'],
  ['  Example.COM. ', 'example.com'],
  ['bücher.example', 'xn--bcher-kva.example'],
  ['somebody@example.com', 'example.com'],
  ['Some Body <somebody@example.com>', 'example.com'],
  ['mailto:somebody@example.com?subject=x', 'example.com'],
  ['https://example.com/path?q=1#x', 'example.com'],
  ['https://user:secret@example.com:8443/', 'example.com'],
  ['example.com/path', 'example.com'],
  ['_mta-sts.example.com', 'example.com'],
  ['mta-sts.example.com', 'example.com'],
  ['https://mta-sts.example.com/.well-known/mta-sts.txt', 'example.com'],
  ['_smtp._tls.example.com', 'example.com'],
  ['mta-sts.com', 'mta-sts.com'],
  ['news.example.co.uk', 'news.example.co.uk'],
])('%s is read as %s', (text, domain) => expect(domainOf(text)).toBe(domain))

test.each([
  ['192.0.2.1', 'IP address'],
  ['[2001:db8::1]', 'IP address'],
  ['2001:db8::1', 'IP address'],
  ['somebody@[192.0.2.1]', 'IP address'],
  ['co.uk', 'public suffix'],
  ['com', 'single label'],
  ['', 'a domain is needed'],
  ['not a domain', 'only letters'],
  ['_dmarc', "record's name"],
  ['a..example', 'between two dots'],
  ['x'.repeat(3000), 'too long'],
])('%s is refused with a sentence', (text, part) => expect(refusal(text)).toContain(part))

test('a terminal escape in the input does not come out of the message', () => {
  expect(refusal('\u001b[31mevil.example')).not.toContain('\u001b')
})

test('what was done to the input is said', () => {
  expect(readCheckInput('x@example.com')).toMatchObject({ note: 'taken from a mail address' })
  expect(readCheckInput('mta-sts.example.com')).toMatchObject({
    note: 'checking example.com, to which mta-sts.example.com belongs',
  })
})
