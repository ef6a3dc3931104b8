import { describe, expect, it } from 'vitest'
import { parseRetryAfter, problemOf } from './acme-problem.ts'

const now = Date.UTC(2026, 10, 25, 12)
const answer = (body: string, headers = {}) => ({ status: 403, headers, body })

describe('a refusal', () => {
  it('says what its parts say, in one line', () => {
    const body = JSON.stringify({
      type: 'urn:ietf:params:acme:error:compound',
      detail: 'Errors during\nvalidation',
      subproblems: [{ type: 'urn:ietf:params:acme:error:dns', detail: 'no name' }],
    })
    const problem = problemOf(answer(body), 'ca.example', now)
    expect(problem.message).toBe('ca.example: Errors during validation; no name (compound)')
    expect(problem).toMatchObject({ type: 'compound', code: 'certificate/acme-refused' })
  })

  it.each(['', 'null', '[]', '{"type":5}', '{"detail":{}}', 'x'.repeat(100_000)])(
    'without words is one all the same: %.20s',
    body => {
      expect(problemOf(answer(body), 'ca.example', now).message).toBe(
        'ca.example: it answered with status 403',
      )
    },
  )

  it('never has a longer message than people can read', () => {
    const body = JSON.stringify({ detail: 'x'.repeat(4000) })
    expect(problemOf(answer(body), 'ca.example', now).message.length).toBeLessThan(1100)
  })
})

describe('Retry-After', () => {
  it.each([
    [undefined, undefined],
    ['120', 120],
    ['0', 0],
    ['Wed, 25 Nov 2026 12:01:00 GMT', 60],
    ['Wed, 25 Nov 2026 11:00:00 GMT', 0],
    ['-5', undefined],
    ['soon', undefined],
    ['99999999999999', undefined],
  ])('%s is %s seconds', (header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds)
  })
})
