import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { createLab, faultLaboratory, faultLaboratorySpec, type Lab } from '@sternpost/lab'
import type { DomainName } from '@sternpost/protocol'
import pLimit from 'p-limit'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assessParts } from './assess/index.ts'
import { checkIssues } from './catalogue/index.ts'
import type { CheckEyes } from './check-eyes.ts'
import { type CheckProgress, type CheckResult, checkDomain, type Finding, judgeObservation } from './index.ts'
import { otherwiseProved } from './testing/codes-proved-elsewhere.ts'
import { formatGolden } from './testing/fault-laboratory-golden.ts'
import { createLabEyes } from './testing/lab-eyes.ts'
import { partialObservations } from './testing/partial-observations.ts'

/** Written anew by `STERNPOST_GOLDEN=write npm run unit -- fault-laboratory`; read the difference before committing it. */
const GOLDEN = new URL('testing/fault-laboratory.golden.txt', import.meta.url)

/** More at once would only overrun the lab's one DNS server. */
const AT_ONCE = 8

type Told = CheckResult & { readonly about: string; readonly early: readonly Finding[] }

let lab: Lab
let eyes: CheckEyes
let results: readonly Told[]

beforeAll(async () => {
  lab = await createLab(faultLaboratorySpec())
  eyes = createLabEyes(lab)
  const limit = pLimit(AT_ONCE)
  results = await Promise.all(
    Object.entries(faultLaboratory).map(([domain, { about }]) =>
      limit(async () => {
        const early: Finding[] = []
        const onProgress = (progress: CheckProgress) => {
          if (progress.kind === 'finding') early.push(progress.finding)
        }
        const result = await checkDomain(domain as DomainName, eyes, { rcpt: true, onProgress })
        return { ...result, about, early }
      }),
    ),
  )
}, 300_000)

afterAll(async () => {
  eyes.close()
  await lab.close()
})

describe('the fault laboratory', () => {
  test('every domain has the findings it is there for, and no others', () => {
    const seen = formatGolden(results)
    if (process.env.STERNPOST_GOLDEN === 'write' || !existsSync(GOLDEN)) writeFileSync(GOLDEN, seen)
    expect(seen).toBe(readFileSync(GOLDEN, 'utf8'))
  })

  test('it has domains enough', () => {
    expect(results.length).toBeGreaterThanOrEqual(80)
  })

  test('every code of the check is seen here or proved by a test that is named', () => {
    const seen = new Set(results.flatMap(({ findings }) => findings.map(({ code }) => code)))
    const missing = Object.keys(checkIssues).filter(code => !seen.has(code) && !(code in otherwiseProved))
    expect(missing).toEqual([])
    expect(Object.keys(otherwiseProved).filter(code => seen.has(code))).toEqual([])
  })

  test('an observation that was saved is judged as it was when it was fresh', () => {
    for (const { domain, findings, simulation, observation } of results) {
      const saved = JSON.parse(JSON.stringify(observation))
      const again = judgeObservation(saved, domain)
      expect({ domain, findings: again.findings, simulation: again.simulation }).toEqual({
        domain,
        findings,
        simulation,
      })
    }
  })

  test('a finding that is told while a check runs is among those told at its end, word for word', () => {
    const takenBack = new Set<string>()
    for (const { domain, findings, observation } of results) {
      const final = new Set(findings.map(finding => JSON.stringify(finding)))
      for (const { done, seen } of partialObservations(observation)) {
        for (const finding of assessParts(seen, done))
          if (!final.has(JSON.stringify(finding)))
            takenBack.add(`${finding.code} of ${domain} after ${[...done].join(', ')}`)
      }
    }
    expect([...takenBack]).toEqual([])
  })

  test('a check tells most of its findings while it runs', () => {
    const wanted = results.flatMap(({ findings }) =>
      findings.filter(({ severity }) => severity === 'error' || severity === 'warning'),
    )
    const early = results.flatMap(({ early: told }) => told)
    expect(early.length).toBeGreaterThan(wanted.length * 0.9)
  })

  test('findings come in the order of urgency, each once', () => {
    const order = ['error', 'warning', 'unknown', 'advice', 'ok']
    for (const { domain, findings } of results) {
      const ranks = findings.map(({ severity }) => order.indexOf(severity))
      expect(ranks, domain).toEqual(ranks.toSorted((one, other) => one - other))
      const keys = findings.map(({ code, subject }) => `${code} ${JSON.stringify(subject)}`)
      expect(keys, domain).toEqual([...new Set(keys)])
    }
  })

  test('whatever is not measured is no error: every error has evidence or is about what is missing', () => {
    for (const { domain, findings } of results) {
      for (const { severity, code, evidence, clause } of findings) {
        if (severity === 'error') expect(evidence.length, `${domain} ${code}`).toBeGreaterThan(0)
        expect(clause, `${domain} ${code}`).not.toBe('')
      }
    }
  })
})
