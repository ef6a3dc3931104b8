import { decode } from 'dns-packet'
import { describe, expect, it } from 'vitest'
import { encodeRecordData, splitTxtStrings } from './record-bytes.ts'
import { encodeUpdate, readUpdateResponse } from './update-message.ts'

describe('an UPDATE message', () => {
  it('has zone, prerequisites and steps as RFC 2136 §2 numbers them', () => {
    const bytes = encodeUpdate(
      {
        zone: 'example.com',
        prerequisites: [
          { kind: 'set-is', name: 'a.example.com', type: 'A', values: ['192.0.2.1', '192.0.2.2'] },
          { kind: 'no-set', name: 'b.example.com', type: 'TXT' },
          { kind: 'name-unused', name: 'c.example.com' },
        ],
        steps: [
          { kind: 'remove', name: 'a.example.com', type: 'A', value: '192.0.2.1' },
          { kind: 'add', name: 'b.example.com', type: 'TXT', value: 'text', ttlSeconds: 300 },
        ],
      },
      0x1234,
    )!
    const frame = (name: string, type: string, recordClass: string, ttl: string, data: string) =>
      `01${Buffer.from(name).toString('hex')}076578616d706c6503636f6d00${type}${recordClass}${ttl}${(data.length / 2).toString(16).padStart(4, '0')}${data}`
    expect(bytes.toString('hex')).toBe(
      [
        '1234' + '2800' + '0001' + '0004' + '0002' + '0000',
        '076578616d706c6503636f6d00' + '0006' + '0001',
        frame('a', '0001', '0001', '00000000', 'c0000201'),
        frame('a', '0001', '0001', '00000000', 'c0000202'),
        frame('b', '0010', '00fe', '00000000', ''),
        frame('c', '00ff', '00fe', '00000000', ''),
        frame('a', '0001', '00fe', '00000000', 'c0000201'),
        frame('b', '0010', '0001', '0000012c', '0474657874'),
      ].join(''),
    )
  })

  it('is refused where a name or a value cannot be written', () => {
    const step = { kind: 'add', name: 'a.example.com', type: 'A', value: '192.0.2.1', ttlSeconds: 1 } as const
    const encode = (changed: object) =>
      encodeUpdate({ zone: 'example.com', prerequisites: [], steps: [{ ...step, ...changed }] }, 1)
    expect(encode({})).not.toBeNull()
    expect(encode({ name: 'a..b' })).toBeNull()
    expect(encode({ value: '192.0.2.256' })).toBeNull()
    expect(encode({ type: 'TXT', value: '\u{100}' })).toBeNull()
    expect(encode({ type: 'TXT', value: 'x'.repeat(65_200) })).toBeNull()
  })

  it('an answer with another id or of another kind is none', () => {
    const answer = Buffer.from('1234a8050000000000000000', 'hex')
    expect(readUpdateResponse(answer, 0x1234)).toBe(5)
    expect(() => readUpdateResponse(answer, 0x1235)).toThrow()
    expect(() => readUpdateResponse(Buffer.from('123428050000000000000000', 'hex'), 0x1234)).toThrow()
    expect(() => readUpdateResponse(Buffer.from('123480050000000000000000', 'hex'), 0x1234)).toThrow()
    expect(() => readUpdateResponse(Buffer.from('1234a8', 'hex'), 0x1234)).toThrow()
  })
})

describe('the data of a record', () => {
  it.each([
    ['A', '192.0.2.1', 'c0000201'],
    ['AAAA', '2001:db8::1', '20010db8000000000000000000000001'],
    ['CNAME', 'a.example', '0161076578616d706c6500'],
    ['TLSA', `3 1 1 ${'ab'.repeat(32)}`, `030101${'ab'.repeat(32)}`],
    ['TXT', '', '00'],
  ] as const)('of %s is %s', (type, value, hex) => {
    expect(encodeRecordData(type, value)?.toString('hex')).toBe(hex)
  })

  it('a text is cut at 255 bytes, and another reader puts it together again', () => {
    const text = Array.from({ length: 700 }, (_, i) => String.fromCharCode(33 + (i % 200))).join('')
    expect(splitTxtStrings(text).map(({ length }) => length)).toEqual([255, 255, 190])
    expect(splitTxtStrings('x'.repeat(255))).toHaveLength(1)
    const data = encodeRecordData('TXT', text)!
    const message = Buffer.concat([
      Buffer.from('000084000000000100000000', 'hex'),
      Buffer.from('016100', 'hex'),
      Buffer.from('00100001000000050000', 'hex'),
      data,
    ])
    message.writeUInt16BE(data.length, 12 + 3 + 8)
    const [answer] = decode(message).answers ?? []
    const strings = (answer as { data: Buffer[] }).data
    expect(Buffer.concat(strings).toString('latin1')).toBe(text)
  })
})
