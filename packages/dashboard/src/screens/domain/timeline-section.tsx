import { Stack, Text } from '@mantine/core'
import { useApi, useNow } from '../../api/index.ts'
import { DataTable, PersonName, Time } from '../../parts/index.ts'
import { Fold } from './fold.tsx'
import type { ShownVersion } from './policy-text.tsx'
import type { RolloutFacts } from './rollout-facts.ts'
import { RolloutTimeline } from './rollout-timeline.tsx'
import { Section } from './section.tsx'
import { stageNames } from './stage-words.ts'
import { timelineRange } from './timeline-spans.ts'

/** What senders were given when, and what failed then. */
export function TimelineSection({
  domain,
  versions,
  history,
}: {
  readonly domain: string
  readonly versions: readonly ShownVersion[]
  readonly history: RolloutFacts['history']
}) {
  const now = useNow(3_600_000)
  const range = timelineRange(versions, now)
  const from = new Date(range.from).toISOString().slice(0, 10)
  const summary = useApi('GET /reports/summary', { query: { domain, from } })
  return (
    <Section
      id="timeline"
      title="Roll-out"
      lead="Which policy senders were given when, each step of the roll-out, and the sessions that failed over them."
    >
      {versions.length === 0 ? (
        <Text c="dimmed">No policy was ever made for this domain.</Text>
      ) : (
        <Stack gap="xs">
          <RolloutTimeline
            versions={versions}
            transitions={history}
            days={summary.data?.days ?? []}
            now={now}
          />
          <Fold title="Every step, in words">
            <DataTable
              caption="Steps of the roll-out, the newest first"
              rows={history}
              rowKey={({ at, to, kind }) => `${at} ${kind} ${to}`}
              empty="No step was taken yet."
              minWidth={640}
              columns={[
                { key: 'at', title: 'When', cell: ({ at }) => <Time at={at} /> },
                {
                  key: 'step',
                  title: 'Step',
                  cell: ({ from: before, to }) =>
                    before === to
                      ? `${stageNames[to] ?? to}, policy changed`
                      : `${stageNames[before] ?? before} → ${stageNames[to] ?? to}`,
                },
                { key: 'by', title: 'By', cell: ({ by }) => <PersonName name={by} /> },
                {
                  key: 'reason',
                  title: 'Reason',
                  cell: ({ reason, override }) =>
                    override === null
                      ? reason
                      : `${reason}; gone on without the evidence: ${override.reason}`,
                },
              ]}
            />
          </Fold>
        </Stack>
      )}
    </Section>
  )
}
