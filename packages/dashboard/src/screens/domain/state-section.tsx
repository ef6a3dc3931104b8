import { Alert, Button, Card, Group, Stack, Text } from '@mantine/core'
import { IconAlertCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { ModeWord, Time } from '../../parts/index.ts'
import { OrderDialog } from './order-dialog.tsx'
import { type OrderKind, orderWords, possibleOrders } from './order-words.ts'
import { PublicationSteps } from './publication-steps.tsx'
import type { RolloutFacts } from './rollout-facts.ts'
import { criterionNames, stageNames, stageSentences } from './stage-words.ts'
import { useOrders } from './use-orders.ts'

/** Where a domain stands, in plain words, with the next step and its button. */
export function StateSection({ facts, mayAct }: { readonly facts: RolloutFacts; readonly mayAct: boolean }) {
  const { domain, stage, stageSince, heldFrom, isExiting, alarm, next, publication, served } = facts
  const [asked, setAsked] = useState<OrderKind>()
  const orders = useOrders(domain)
  const situation = {
    stage,
    maxAgeSeconds: served?.maxAgeSeconds,
    enforceForgottenAt: facts.caches.enforceForgottenAt,
  }
  const possible = possibleOrders(situation, publication?.state === 'running')
  const missing = unmetCriteria(facts)
  const unmet = asked === 'advance' ? missing : []
  return (
    <Card withBorder padding="lg" component="section" aria-label="State">
      <Stack gap="sm">
        <Group gap="md">
          <ModeWord mode={served?.mode} />
          <Text fw={600}>{stageNames[stage] ?? stage}</Text>
          <Text c="dimmed" size="sm">
            since <Time at={stageSince} />
            {heldFrom !== null && `; before: ${stageNames[heldFrom] ?? heldFrom}`}
            {isExiting && '; on the way to a safe removal'}
          </Text>
        </Group>
        <Text>{stageSentences[stage]}</Text>
        {alarm !== null && (
          <Alert
            role="note"
            color="red"
            icon={<IconAlertCircle aria-hidden />}
            title="Somebody must look at this"
          >
            <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
              {alarm.message} (since <Time at={alarm.since} />)
            </Text>
          </Alert>
        )}
        <Text>
          <b>Next:</b> {next}
        </Text>
        {!facts.daemonRuns && (
          <Text size="sm">No daemon has executed publications lately: nothing goes on until one runs.</Text>
        )}
        {publication !== null && <PublicationSteps steps={publication.steps} />}
        {mayAct && possible.length > 0 && (
          <Group gap="sm" data-print="none">
            {possible.map(kind => {
              const words = orderWords(kind, situation)
              return (
                <Button
                  key={kind}
                  // Only what the evidence speaks for is offered as the next thing to do.
                  variant={kind === 'advance' && missing.length === 0 ? 'filled' : 'default'}
                  onClick={() => {
                    orders.reset()
                    setAsked(kind)
                  }}
                >
                  {words.title}…
                </Button>
              )
            })}
          </Group>
        )}
      </Stack>
      <OrderDialog
        domain={domain}
        words={asked === undefined ? undefined : orderWords(asked, situation)}
        unmet={unmet}
        isSending={orders.isPending}
        error={orders.error}
        onConfirm={reason => {
          if (asked !== undefined) orders.give(asked, reason, unmet.length > 0, () => setAsked(undefined))
        }}
        onClose={() => setAsked(undefined)}
      />
    </Card>
  )
}

/** What stands between a policy in testing and enforcing it; nothing at the other stages. */
function unmetCriteria({ stage, gate }: RolloutFacts) {
  if (stage !== 'published' && stage !== 'gathering') return []
  if (gate === null) return [{ title: 'The evidence has not been judged yet', missing: undefined }]
  return gate.criteria
    .filter(({ state }) => state !== 'met')
    .map(({ name, missing }) => ({ title: criterionNames[name] ?? name, missing: missing ?? undefined }))
}
