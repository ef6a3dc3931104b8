import { expect, test } from 'vitest'
import { ownDomains } from './our-domains.ts'

test('a domain is ours with all below it and nothing beside it', () => {
  const isOurs = ownDomains(['example.com', 'mx.example.net'])
  expect(['example.com', 'MX1.example.com', 'mx.example.net'].every(isOurs)).toBe(true)
  expect(['badexample.com', 'example.net', 'com', ''].some(isOurs)).toBe(false)
  expect(ownDomains([])('anything.example')).toBe(true)
})
