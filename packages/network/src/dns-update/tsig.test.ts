import { describe, expect, it } from 'vitest'
import { findTsig, signMessage, verifyTsig } from './tsig.ts'
import { type TsigAlgorithm, type TsigKey, tsigAlgorithms } from './tsig-key.ts'

/** An UPDATE with names compressed, and signatures of it and of an answer, all made with dnspython. */
const UPDATE = Buffer.from(
  '123428000001000300050000076578616d706c6503636f6d0000060001085f6d74612d737473c00c001000fe000000000000076d74612d737473c00c00010001000000000004c000020105616c696173c00c00ff00fe000000000000c032000100fe000000000004c0000201c01d0010000100000e10001c1b763d53545376313b2069643d32303236313132353038303030303bc032001c000100000e10001020010db8000000000000000000000001c04a0005000100000e10000f0178076578616d706c65036e657400035f3235045f746370026d78c00c0034000100000e100023030101abababababababababababababababababababababababababababababababab',
  'hex',
)
const UPDATE_MACS: Readonly<Record<TsigAlgorithm, string>> = {
  'hmac-sha256': '0c34736ba12dd9f02b962b64389afce925541550958c0b661e3956727f6b3fb3',
  'hmac-sha384':
    'd23fcbe3e686bf7194f7bfa05315c0ace18f317eb670a6406ca9fa7ec86ce15b824dd897f83ca9627e5a476ed02aba8b',
  'hmac-sha512':
    'cafead82a40c734b98e19ec66f55894d5c777c2fe7f6374d7ccd8f458f1137467a5b6b4c83cd24fae0b353fbb8a6d6494c7490631cfad6f16e2343df1465a843',
}
const ANSWERS: Readonly<Record<TsigAlgorithm, string>> = {
  'hmac-sha256':
    '1234a8000001000000000001076578616d706c6503636f6d00000600010a7570646174652d6b6579076578616d706c650000fa00ff00000000003d0b686d61632d73686132353600000069256201012c0020359a71616071af9d60c6634e6b2024236d2bec521e71138bf7add281f0fd87f8123400000000',
  'hmac-sha384':
    '1234a8000001000000000001076578616d706c6503636f6d00000600010a7570646174652d6b6579076578616d706c650000fa00ff00000000004d0b686d61632d73686133383400000069256201012c0030c9d2cbd96579710934cf6074cf519d2410677e165360ff8e76a8140f24a9af3669aacaf10f5bcbabfea9ae47b1229259123400000000',
  'hmac-sha512':
    '1234a8000001000000000001076578616d706c6503636f6d00000600010a7570646174652d6b6579076578616d706c650000fa00ff00000000005d0b686d61632d73686135313200000069256201012c0040b0374528522ba04343a758ece37c9e6ac612b7b971a7ce89eee2afc64e32114bea0590827736bfa28bebe06694d7b74ad6a8a014a9b365ae81fa9bf8e9b06f35123400000000',
}
const SIGNED_AT = 1_764_057_600

function keyFor(algorithm: TsigAlgorithm): TsigKey {
  return { name: 'update-key.example', algorithm, secret: Buffer.from('0123456789abcdef0123456789abcdef') }
}
const algorithms = Object.keys(tsigAlgorithms) as TsigAlgorithm[]

describe('TSIG', () => {
  it.each(algorithms)('%s signs a request as another implementation does', algorithm => {
    const signed = signMessage(UPDATE, keyFor(algorithm), SIGNED_AT)
    expect(signed.mac.toString('hex')).toBe(UPDATE_MACS[algorithm])
    expect(findTsig(signed.bytes)).toMatchObject({
      keyName: 'update-key.example',
      algorithm,
      timeSignedSeconds: SIGNED_AT,
      start: UPDATE.length,
      originalId: 0x1234,
    })
  })

  it.each(algorithms)('%s verifies the answer of another implementation', algorithm => {
    const key = keyFor(algorithm)
    const answer = Buffer.from(ANSWERS[algorithm], 'hex')
    const tsig = findTsig(answer)!
    const requestMac = Buffer.from(UPDATE_MACS[algorithm], 'hex')
    const verdict = (seconds: number, mac = requestMac, by = key) =>
      verifyTsig(answer, tsig, by, mac, SIGNED_AT + seconds)
    expect(verdict(0)).toBe('valid')
    expect(verdict(301)).toBe('valid')
    expect(verdict(302)).toBe('bad-time')
    expect(verdict(-300)).toBe('bad-time')
    expect(verdict(0, Buffer.alloc(requestMac.length))).toBe('bad-signature')
    expect(verdict(0, requestMac, { ...key, secret: Buffer.alloc(32) })).toBe('bad-signature')
    expect(verdict(0, requestMac, { ...key, name: 'other.example' })).toBe('other-key')
  })

  it('no byte of an answer can be changed unnoticed', () => {
    const key = keyFor('hmac-sha256')
    const requestMac = Buffer.from(UPDATE_MACS['hmac-sha256'], 'hex')
    const answer = Buffer.from(ANSWERS['hmac-sha256'], 'hex')
    const accepted: number[] = []
    for (let at = 0; at < answer.length; at += 1) {
      const changed = Buffer.from(answer)
      changed[at] = (changed[at] ?? 0) ^ 0x01
      try {
        const tsig = findTsig(changed)
        if (tsig !== undefined && verifyTsig(changed, tsig, key, requestMac, SIGNED_AT) === 'valid')
          accepted.push(at)
      } catch {
        // Malformed is refused too.
      }
    }
    // The id of the message itself is not signed, only the original one; the session compares it.
    expect(accepted).toEqual([0, 1])
  })

  it('a record cut short, or with something behind it, is malformed', () => {
    const { bytes } = signMessage(UPDATE, keyFor('hmac-sha256'), SIGNED_AT)
    for (let end = UPDATE.length; end < bytes.length; end += 1)
      expect(() => findTsig(bytes.subarray(0, end))).toThrow()
    expect(() => findTsig(Buffer.concat([bytes, Buffer.of(0)]))).toThrow()
    expect(findTsig(UPDATE)).toBeUndefined()
  })
})
