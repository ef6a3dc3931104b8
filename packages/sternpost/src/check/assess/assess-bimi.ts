import {
  type DmarcObstacle,
  type DmarcRecord,
  declinesBimi,
  dmarcObstacles,
  selectBimiRecord,
  selectDmarcRecord,
} from '@sternpost/protocol'
import { finding, type TabledCode } from '../catalogue/index.ts'
import type { Finding, Severity } from '../finding.ts'
import { assessRecord } from '../lint/index.ts'
import { answerTo, type DomainView, textsOf } from './domain-view.ts'
import { dnsEvidence } from './evidence.ts'
import { recordLine } from './zone-line.ts'

/**
 * Judges the BIMI record and the DMARC records that receivers demand before they show an indicator.
 *
 * Shape: without a BIMI record nothing is said of DMARC, which is no matter of this program otherwise.
 */
export function assessBimi(view: DomainView): readonly Finding[] {
  const { domain, observation } = view
  const name = `default._bimi.${domain}`
  const answer = answerTo(observation, name, 'TXT')
  if (answer === undefined || answer.kind === 'failure') return []
  const selection = selectBimiRecord(textsOf(answer))
  const subject = { kind: 'record', name, type: 'TXT' } as const
  const findings = assessRecord('bimi', textsOf(answer), name)
    .findings.filter(({ code, severity }) => code !== 'bimi/record-none' && severity !== 'ok')
    .map(found => ({
      ...found,
      // An indicator that is not shown stops no mail.
      severity: softened(found.severity),
      subject: { ...found.subject, ...subject },
      evidence: [...dnsEvidence(answer), ...found.evidence],
    }))
  if (selection.kind !== 'one' || !selection.record.ok) return findings
  const record = selection.record.value
  if (declinesBimi(record)) {
    return [
      ...findings.filter(({ code }) => code !== 'bimi/declined'),
      finding('bimi/declined', {
        severity: 'ok',
        subject,
        message: `${domain} declines BIMI: no indicator is to be shown.`,
        evidence: dnsEvidence(answer),
      }),
    ]
  }
  const evidenceNone =
    record.evidence === '' && findings.every(({ code }) => code !== 'bimi/evidence-none')
      ? [
          finding('bimi/evidence-none', {
            severity: 'advice',
            subject,
            message: `The BIMI record of ${domain} names no mark certificate: Gmail and Apple show nothing, Yahoo does.`,
            evidence: dnsEvidence(answer),
          }),
        ]
      : []
  return [...findings, ...evidenceNone, ...dmarcGate(view)]
}

function softened(severity: Severity): Severity {
  return severity === 'error' ? 'warning' : severity
}

const obstacleCodes: Readonly<Record<DmarcObstacle['kind'], TabledCode>> = {
  'no-record': 'dmarc/record-none',
  'not-enforced': 'dmarc/not-enforced',
  'subdomains-not-enforced': 'dmarc/subdomains-not-enforced',
  partial: 'dmarc/partial',
  testing: 'dmarc/testing',
}

const obstacleTexts: Readonly<Record<DmarcObstacle['kind'], string>> = {
  'no-record': 'there is no DMARC record',
  'not-enforced': 'the DMARC policy is none',
  'subdomains-not-enforced': 'DMARC exempts subdomains (sp=none)',
  partial: 'DMARC holds for a part of the mail only (pct)',
  testing: 'DMARC is in test mode (t=y)',
}

function dmarcGate(view: DomainView): readonly Finding[] {
  const { domain, observation } = view
  const authorName = `_dmarc.${domain}`
  const organizationalName = `_dmarc.${observation.organizationalDomain}`
  const authorAnswer = answerTo(observation, authorName, 'TXT')
  const organizationalAnswer = answerTo(observation, organizationalName, 'TXT')
  if (authorAnswer?.kind === 'failure' || organizationalAnswer?.kind === 'failure') return []
  const evidence = [
    authorAnswer,
    ...(authorName === organizationalName ? [] : [organizationalAnswer]),
  ].flatMap(dnsEvidence)
  const author = selectDmarcRecord(textsOf(authorAnswer))
  // A record with a mistake keeps BIMI away as well, and the mistake is what must be mended.
  if (author.kind === 'multiple' || (author.kind === 'one' && !author.record.ok)) {
    return assessRecord('dmarc', textsOf(authorAnswer), authorName).findings.map(found => ({
      ...found,
      severity: softened(found.severity),
      subject: { kind: 'record', name: authorName, type: 'TXT' },
      evidence: [...dnsEvidence(authorAnswer), ...found.evidence],
    }))
  }
  const organizational = selectDmarcRecord(textsOf(organizationalAnswer))
  const records = [author, organizational].map(selection =>
    selection.kind === 'one' && selection.record.ok ? selection.record.value : undefined,
  )
  const obstacles = dmarcObstacles(records[0], authorName === organizationalName ? undefined : records[1])
  return obstacles.map(({ kind, at, certain }) => {
    const name = at === 'author' ? authorName : organizationalName
    return finding(obstacleCodes[kind], {
      severity: certain ? 'warning' : 'advice',
      subject: { kind: 'record', name, type: 'TXT' },
      message: `${domain} has a BIMI record, but ${obstacleTexts[kind]}: ${certain ? 'receivers show' : 'some receivers may show'} no indicator.`,
      evidence,
      remedy: {
        text: 'Publish a DMARC policy of quarantine or reject that holds for all mail, once your own mail passes it.',
        replacements: [recordLine(name, 'TXT', mended(at === 'author' ? records[0] : records[1]))],
      },
    })
  })
}

/** The least that receivers of BIMI take; the addresses for reports are kept. */
function mended(record: DmarcRecord | undefined): string {
  const policy = record === undefined || record.policy === 'none' ? 'quarantine' : record.policy
  return `v=DMARC1; p=${policy};`
}
