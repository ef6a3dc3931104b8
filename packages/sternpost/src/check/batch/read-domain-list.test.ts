import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readDomainList } from './read-domain-list.ts'

async function read(text: string, pieces: readonly number[] = []): Promise<string[]> {
  const bytes = Buffer.from(text)
  async function* chunks() {
    let from = 0
    for (const size of [...pieces, bytes.length]) {
      yield bytes.subarray(from, from + size)
      from += size
    }
  }
  const list: string[] = []
  for await (const { text: domain, line } of readDomainList(chunks())) list.push(`${line} ${domain}`)
  return list
}

const sample =
  '\ufeffdomain,owner\r\n# a comment\r\n\r\nexample.com # ours\n"Müller.example",x\n7,rank.example\nlast.example'
const listed = ['4 example.com', '5 Müller.example', '6 rank.example', '7 last.example']

describe('a list of domains', () => {
  test('comments, blank lines, titles, quotes, ranks and further columns go', async () => {
    expect(await read(sample)).toEqual(listed)
  })

  test('it does not matter in which pieces it comes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 40 }), async pieces => {
        expect(await read(sample, pieces)).toEqual(listed)
      }),
    )
  })

  test('a line without end is cut, and the next one is read', async () => {
    const [long, next] = await read(`${'a'.repeat(5_000_000)}\nexample.com\n`, new Array(50).fill(100_000))
    expect(long?.length).toBeLessThan(2_100)
    expect(next).toBe('2 example.com')
  })
})
