import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DomainName } from '@sternpost/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { StaticSite, StaticSiteError } from './static-site.ts'

const TEXT = 'version: STSv1\r\nmode: testing\r\nmx: mx.example.com\r\nmax_age: 604800\r\n'
const [one, two] = ['example.com', 'example.org'] as DomainName[] as [DomainName, DomainName]

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sternpost-static-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(domains: readonly DomainName[], keepOthers = false, text = TEXT) {
  const site = new StaticSite(folder)
  for (const domain of domains) site.write(domain, text)
  return site.finish({ keepOthers })
}

const policyOf = (domain: string) => join(folder, `mta-sts.${domain}/.well-known/mta-sts.txt`)

describe('the static site', () => {
  it('has the policies byte for byte, and writes only what changed', () => {
    expect(write([one, two])).toEqual({ written: 2, unchanged: 0, removed: 0 })
    expect(readFileSync(policyOf(one), 'latin1')).toBe(TEXT)
    expect(existsSync(join(folder, 'mta-sts.example.com/.nojekyll'))).toBe(true)
    expect(write([one, two])).toEqual({ written: 0, unchanged: 2, removed: 0 })
    expect(write([one, two], false, TEXT.replace('testing', 'enforce'))).toMatchObject({ written: 2 })
    expect(readFileSync(join(folder, 'README.txt'), 'utf8')).toContain('no redirect')
  })

  it('takes away what it wrote itself, and nothing else', () => {
    write([one, two])
    const foreign = join(folder, 'mta-sts.example.net/.well-known')
    mkdirSync(foreign, { recursive: true })
    writeFileSync(join(foreign, 'mta-sts.txt'), 'of somebody else')
    writeFileSync(join(folder, 'mta-sts.example.org/index.html'), 'of somebody else')
    expect(write([one])).toEqual({ written: 0, unchanged: 1, removed: 1 })
    expect(existsSync(policyOf(two))).toBe(false)
    expect(existsSync(join(folder, 'mta-sts.example.org/index.html'))).toBe(true)
    expect(existsSync(policyOf('example.net'))).toBe(true)
  })

  it('keeps the others where only some were asked for, and still knows them', () => {
    write([one, two])
    expect(write([one], true)).toMatchObject({ removed: 0 })
    expect(existsSync(policyOf(two))).toBe(true)
    expect(write([one])).toMatchObject({ removed: 1 })
  })

  it('says why it cannot write, and believes no list that it cannot read', () => {
    writeFileSync(join(folder, 'mta-sts.example.com'), 'a file where a folder shall be')
    expect(() => write([one])).toThrow(StaticSiteError)
    writeFileSync(join(folder, '.sternpost-export.json'), '{"domains":"../../etc"}')
    expect(() => new StaticSite(folder)).toThrow(/cannot be read/)
    writeFileSync(join(folder, '.sternpost-export.json'), '{"domains":["../../etc","example.com"]}')
    expect(new StaticSite(folder).finish({ keepOthers: false })).toMatchObject({ removed: 1 })
  })
})
