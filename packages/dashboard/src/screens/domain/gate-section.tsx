import { Text } from '@mantine/core'
import { Time } from '../../parts/index.ts'
import { GateTable } from './gate-table.tsx'
import type { RolloutFacts } from './rollout-facts.ts'
import { Section } from './section.tsx'

/** Whether it is safe to enforce, criterion by criterion. */
export function GateSection({ gate, stage }: Pick<RolloutFacts, 'gate' | 'stage'>) {
  return (
    <Section
      id="gate"
      title="Ready to enforce?"
      lead="Enforcing stops mail that cannot be delivered safely, so each of these is asked first. What is not known counts as not met."
    >
      {gate === null ? (
        <Text c="dimmed">
          {stage === 'enforced'
            ? 'It is enforced already: there is nothing left to be asked.'
            : 'Nothing has been judged yet: that begins when a policy in testing is published.'}
        </Text>
      ) : (
        <>
          <Text mb="xs">
            {gate.isOpen ? 'Every criterion is met.' : notMet(gate.criteria)}{' '}
            <Text span c="dimmed" size="sm">
              Judged <Time at={gate.at} relative />
            </Text>
          </Text>
          <GateTable criteria={gate.criteria} />
        </>
      )}
    </Section>
  )
}

function notMet(criteria: readonly { readonly state: string }[]): string {
  const open = criteria.filter(({ state }) => state !== 'met').length
  return `${open} of ${criteria.length} criteria ${open === 1 ? 'is' : 'are'} not met.`
}
