import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { hostname } from 'node:os'
import { expect, test } from 'vitest'
import { executorName, isDeadExecutor } from './executor-name.ts'

test('an executor is dead when its process is gone or was one of our number before us', async () => {
  const own = executorName('daemon')
  expect(isDeadExecutor(own, own)).toBe(false)
  expect(isDeadExecutor(executorName('daemon'), own)).toBe(true)
  const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
  await once(child, 'exit')
  expect(isDeadExecutor(`daemon ${child.pid} ${hostname()} x`, own)).toBe(true)
  expect(isDeadExecutor(`daemon ${process.ppid} ${hostname()} x`, own)).toBe(false)
})

test('of another machine, and of a name that is none, nothing is known', () => {
  expect(isDeadExecutor('daemon 1 elsewhere x', 'own')).toBe(false)
  expect(isDeadExecutor('nonsense', 'own')).toBe(false)
})
