import { describe, expect, test } from 'vitest'
import { createLogger } from './create-logger.ts'
import { escapeForLine } from './escape.ts'
import { formatTextLine } from './text-line.ts'

function logged(format: 'text' | 'json', write: (log: ReturnType<typeof createLogger>) => void): string[] {
  const lines: string[] = []
  const options = { isTerminal: false, color: false, write: (line: string) => void lines.push(line) }
  write(createLogger({ level: 'info', format }, options))
  return lines
}

describe('one event is one line', () => {
  test('in JSON, with the level as a word', () => {
    const [line = ''] = logged('json', log => log.warn({ domain: 'a.example' }, 'policy gone'))
    expect(JSON.parse(line)).toMatchObject({ level: 'warn', domain: 'a.example', msg: 'policy gone' })
    expect(line.endsWith('}\n')).toBe(true)
  })

  test('in text, whatever a stranger put into the values', () => {
    const hostile = 'a\nERROR forged \u001b[31m\u202e\u2028'
    const [line = ''] = logged('text', log => log.info({ domain: hostile, [hostile]: 1 }, hostile))
    expect(line.trimEnd()).not.toContain('\n')
    expect(line).not.toContain('\u001b')
    expect(line).not.toContain('\u202e')
    expect(line).toContain('\\u{1b}')
  })

  test('a stack follows indented', () => {
    const [line = ''] = logged('text', log => log.error({ err: new Error('broken') }, 'failed'))
    expect(line).toMatch(/^\d\d:\d\d:\d\d error failed\n {2}Error: broken\n {2} {4}at /)
  })

  test('what is no JSON is shown escaped', () => {
    expect(formatTextLine('oops\u0007', { color: false })).toBe('oops\\u{7}\n')
  })
})

test('secrets are not shown, at the top and one deeper', () => {
  const [line = ''] = logged('json', log =>
    log.info({ proxy: 'http://me:hush@p', fetch: { password: 'hush' } }, 'x'),
  )
  expect(line).not.toContain('hush')
})

test('debug lines are not written at level info', () => {
  expect(logged('json', log => log.debug('a lookup'))).toEqual([])
})

test('harmless letters of any script stay as they are', () => {
  expect(escapeForLine('münchen 日本 ✓')).toBe('münchen 日本 ✓')
  expect(escapeForLine('\ud800')).toBe('\\u{d800}')
})
