import { type FailOn, isAtOrAbove } from '../fail-on.ts'
import type { Finding } from '../finding.ts'
import { cutText, printedCharacters } from './cut-text.ts'
import { describeSubject } from './describe-subject.ts'
import { escapeXml, escapeXmlLines } from './escape-markup.ts'
import { findingDetails } from './finding-details.ts'
import type { PresentedCheck } from './presented-check.ts'

/**
 * Writes results as JUnit XML, as build servers read it: a suite for each domain, a test case for each finding.
 *
 * Shape: a finding at or above `failOn` is a failure, an unknown one is skipped, everything else passes and says what
 * it has to say on its standard output.
 */
export function formatJunit(results: readonly PresentedCheck[], failOn: FailOn): string {
  const seconds = results.reduce((total, { durationMs }) => total + durationMs, 0) / 1000
  const counts = countCases(
    results.flatMap(({ findings }) => findings),
    failOn,
  )
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="sternpost check" ${counts} time="${seconds.toFixed(3)}">`,
    ...results.flatMap(result => suite(result, failOn)),
    '</testsuites>',
    '',
  ].join('\n')
}

function suite({ domain, findings, durationMs, startedAt }: PresentedCheck, failOn: FailOn): string[] {
  const name = escapeXml(domain)
  const time = (durationMs / 1000).toFixed(3)
  // The schema that build servers go by knows neither fractions of a second nor a time zone.
  const timestamp = new Date(startedAt).toISOString().slice(0, 19)
  return [
    `  <testsuite name="${name}" ${countCases(findings, failOn)} time="${time}" timestamp="${timestamp}">`,
    ...findings.flatMap(finding => testCase(name, finding, failOn)),
    '  </testsuite>',
  ]
}

function countCases(findings: readonly Finding[], failOn: FailOn): string {
  const failures = findings.filter(({ severity }) => isAtOrAbove(severity, failOn)).length
  const skipped = findings.filter(({ severity }) => severity === 'unknown').length
  return `tests="${findings.length}" failures="${failures}" errors="0" skipped="${skipped}"`
}

function testCase(suiteName: string, finding: Finding, failOn: FailOn): string[] {
  const name = escapeXml(
    `${finding.code}: ${cutText(describeSubject(finding.subject), printedCharacters.evidence)}`,
  )
  return [
    `    <testcase classname="${suiteName}" name="${name}" time="0">`,
    `      ${outcome(finding, failOn)}`,
    '    </testcase>',
  ]
}

function outcome(finding: Finding, failOn: FailOn): string {
  const message = escapeXml(cutText(finding.message, printedCharacters.sentence))
  if (finding.severity === 'unknown') return `<skipped message="${message}"/>`
  const text = escapeXmlLines(findingDetails(finding))
  return isAtOrAbove(finding.severity, failOn)
    ? `<failure message="${message}" type="${finding.severity}">${text}</failure>`
    : `<system-out>${text}</system-out>`
}
