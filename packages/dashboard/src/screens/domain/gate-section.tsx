import { Button, Stack, Text } from '@mantine/core'
import { useApiChange } from '../../api/index.ts'
import { ProblemNotice, Time } from '../../parts/index.ts'
import { GateTable } from './gate-table.tsx'
import type { RolloutFacts } from './rollout-facts.ts'
import { Section } from './section.tsx'

/** Whether it is safe to enforce, criterion by criterion. */
export function GateSection({ facts, mayAct }: { readonly facts: RolloutFacts; readonly mayAct: boolean }) {
  const { domain, gate, stage } = facts
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
          {mayAct && <JudgeNow domain={domain} />}
        </>
      )}
    </Section>
  )
}

/** Looks at the world again, which takes some seconds. */
function JudgeNow({ domain }: { readonly domain: string }) {
  const judge = useApiChange('POST /domains/:domain/rollout/judge', {
    invalidates: ['GET /domains/:domain/rollout'],
  })
  return (
    <Stack gap="sm" mt="sm" align="flex-start" data-print="none">
      <Button
        variant="default"
        loading={judge.isPending}
        onClick={() => judge.mutate({ params: { domain } })}
      >
        Judge it now
      </Button>
      {judge.error !== null && <ProblemNotice error={judge.error} title="It could not be judged" />}
    </Stack>
  )
}

function notMet(criteria: readonly { readonly state: string }[]): string {
  const open = criteria.filter(({ state }) => state !== 'met').length
  return `${open} of ${criteria.length} criteria ${open === 1 ? 'is' : 'are'} not met.`
}
