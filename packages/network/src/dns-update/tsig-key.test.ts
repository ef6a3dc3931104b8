import { describe, expect, it } from 'vitest'
import { parseTsigKey } from './tsig-key.ts'

const SECRET = Buffer.alloc(32, 7).toString('base64')

describe('a TSIG key', () => {
  it.each([
    ['of tsig-keygen', `key "sternpost.example" {\n\talgorithm hmac-sha256;\n\tsecret "${SECRET}";\n};\n`],
    ['on one line', `hmac-sha256:Sternpost.Example.:${SECRET}\n`],
    [
      'of keymgr',
      `# hmac-sha256:sternpost.example:${SECRET}\nkey:\n  - id: sternpost.example\n    algorithm: hmac-sha256\n    secret: ${SECRET}\n`,
    ],
  ])('%s is read', (_, text) => {
    expect(parseTsigKey(text)).toEqual({
      ok: true,
      key: { name: 'sternpost.example', algorithm: 'hmac-sha256', secret: Buffer.alloc(32, 7) },
    })
  })

  it.each([
    ['nothing', ''],
    ['an old algorithm', `hmac-md5:k.example:${SECRET}`],
    ['a short secret', 'hmac-sha256:k.example:c2hvcnQ='],
    ['a secret that is none', `hmac-sha256:k.example:${SECRET}A`],
    ['two keys', `key a { algorithm hmac-sha256; secret "${SECRET}"; }; key b { };`],
    ['a key without secret', 'key a { algorithm hmac-sha256; };'],
    ['a name that is none', `hmac-sha256:a..b:${SECRET}`],
    ['too much', 'x'.repeat(20_000)],
  ])('%s is refused, and the secret is not told', (_, text) => {
    const reading = parseTsigKey(text)
    expect(reading.ok).toBe(false)
    expect(JSON.stringify(reading)).not.toContain(SECRET.slice(0, 12))
  })
})
