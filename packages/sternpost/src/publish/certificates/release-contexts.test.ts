import { setImmediate } from 'node:timers/promises'
import { labCertificateAuthority } from '@sternpost/lab'
import { expect, it } from 'vitest'
import { loadCertificate } from './judge-certificate.ts'
import { ContextRelease } from './release-contexts.ts'

it('contexts that are given up are collected before there are many', async () => {
  const { chainPem, keyPem } = await (await labCertificateAuthority()).issue({ names: ['mta-sts.a.test'] })
  const release = new ContextRelease()
  const seen: WeakRef<object>[] = []
  for (let count = 0; count < 2_100; count += 1) {
    seen.push(new WeakRef(loadCertificate({ chainPem, keyPem }).context))
    release.noteGivenUp()
    if (count % 100 === 0) await setImmediate()
  }
  expect(seen.filter(each => each.deref() !== undefined).length).toBeLessThan(1_100)
})
