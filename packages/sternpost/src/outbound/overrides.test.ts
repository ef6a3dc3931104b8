import type { DomainName } from '@sternpost/protocol'
import { describe, expect, it } from 'vitest'
import { Overrides, type ScheduledOverride } from './overrides.ts'

const example = 'example.com' as DomainName
const skip: ScheduledOverride = {
  domain: example,
  override: { action: 'skip', reason: 'asked by the postmaster' },
  expiresAt: 1_000,
}

describe('overrides', () => {
  it('hold until they expire, and not from then on', () => {
    const overrides = new Overrides([skip])
    expect(overrides.find(example, 999)).toBe(skip)
    expect(overrides.find(example, 1_000)).toBeUndefined()
  })

  it('without an expiry hold for ever', () => {
    const forever = { ...skip, expiresAt: undefined }
    expect(new Overrides([forever]).find(example, Number.MAX_SAFE_INTEGER)).toBe(forever)
  })

  it('belong to one domain alone, neither to its parent nor to what is below', () => {
    const overrides = new Overrides([skip])
    for (const name of ['com', 'mail.example.com', 'example.net', 'constructor', '__proto__'])
      expect(overrides.find(name as DomainName, 0)).toBeUndefined()
  })
})
