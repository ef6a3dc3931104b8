import { Badge, Code, Text } from '@mantine/core'
import type { ApiOutput } from 'sternpost/api'
import { ForeignText } from '../../parts/index.ts'
import css from './decision-tree.module.css'
import { replyText, ruleClauses, stepClauses } from './reply-text.ts'

type LookUp = ApiOutput<'POST /outbound/lookup'>
type Step = LookUp['steps'][number]

const outcomes = {
  'went-on': { word: 'went on', color: 'gray' },
  decided: { word: 'decided here', color: 'cyan' },
  'not-needed': { word: 'not needed any more', color: 'gray' },
} as const

const SHOWN_RESTS = 12

/** The questions in turn as a tree: what was asked, what came, what it means, by which clause; the answer at its end. */
export function DecisionTree({ report }: { readonly report: LookUp }) {
  const { decision, replies } = report
  return (
    <ol className={css.tree} aria-label="How the answer came about">
      {report.steps.map(step => (
        <li key={step.step} className={css.step} data-outcome={step.outcome}>
          <StepNode step={step} />
        </li>
      ))}
      <li className={css.step} data-outcome="end">
        <Text fw={600}>So Postfix is told</Text>
        <Code block dir="ltr" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
          <ForeignText text={replyText(replies.postfix34)} characters={700} />
        </Code>
        <Text size="sm" mt={4}>
          Because: {ruleClauses[decision.rule].words} ({ruleClauses[decision.rule].clause}).{' '}
          <ForeignText text={decision.reason} characters={500} />
        </Text>
      </li>
    </ol>
  )
}

function StepNode({ step }: { readonly step: Step }) {
  const { word, color } = outcomes[step.outcome]
  const more = step.rests.length - SHOWN_RESTS
  return (
    <>
      <Text fw={600}>
        {step.question}{' '}
        <Badge color={color} variant={step.outcome === 'decided' ? 'filled' : 'default'} tt="none">
          {word}
        </Badge>
      </Text>
      <Text size="sm">
        <b>{step.answer}</b>: <ForeignText text={step.reason} characters={500} />{' '}
        <Text span size="xs" c="dimmed">
          ({stepClauses[step.step]})
        </Text>
      </Text>
      {step.rests.length === 0 ? null : (
        <ul className={css.rests} aria-label="What it rests on">
          {step.rests.slice(0, SHOWN_RESTS).map(({ what, answer, reason }, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: what an answer rests on may repeat and never moves
            <li key={place}>
              <Text size="sm">
                <ForeignText text={what} />: <b>{answer}</b>, <ForeignText text={reason} characters={300} />
              </Text>
            </li>
          ))}
          {more > 0 ? <li>{`and ${more} more`}</li> : null}
        </ul>
      )}
    </>
  )
}
