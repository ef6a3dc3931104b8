import { Code, Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ApiOutput } from 'sternpost/api'
import { cutText, Fold, ForeignText, SeverityBadge, Time, visibleText } from '../../parts/index.ts'
import { DecisionTree } from './decision-tree.tsx'
import { DnsAnswers } from './dns-answers.tsx'
import { replyText, replyWords } from './reply-text.ts'

type LookUp = ApiOutput<'POST /outbound/lookup'>

const MAX_POLICY_CHARACTERS = 4_000

/** A lookup as a decision tree, what Postfix gets at its end, and what was seen on the way. */
export function LookUpResult({ report }: { readonly report: LookUp }) {
  const { mtaSts, replies, daemon, nextHop } = report
  const { postfix34, postfix310 } = replies
  const told = replyText(postfix34)
  const text = mtaSts.fetch?.evidence.bodyText ?? ''
  return (
    <Paper withBorder p="md" radius="md">
      <Stack gap="md">
        <Group gap="sm">
          <Title order={3} size="h5">
            <ForeignText text={nextHop} />
          </Title>
          <SeverityBadge
            severity={replyWords[postfix34.kind].severity}
            label={replyWords[postfix34.kind].word}
          />
          <Text size="sm" c="dimmed">
            looked up <Time at={report.lookedUpAt} />
          </Text>
        </Group>
        <DecisionTree report={report} />
        {replyText(postfix310) === told ? null : (
          <Text size="sm">
            Postfix 3.10 and later is told more, for its reports:{' '}
            <Code>
              <ForeignText text={replyText(postfix310)} characters={700} />
            </Code>
          </Text>
        )}
        {replyText(daemon.reply) === replyText(postfix310) ? (
          <Text size="sm">The running daemon answers Postfix the same.</Text>
        ) : (
          <Text size="sm">
            The running daemon answers, from what it has kept:{' '}
            <Code>
              <ForeignText text={replyText(daemon.reply)} characters={700} />
            </Code>
          </Text>
        )}
        <Fold title={`Every DNS answer, ${report.answers.length} in all`}>
          <DnsAnswers answers={report.answers} />
        </Fold>
        {text === '' ? null : (
          <Fold title="The policy as it was fetched">
            <Code block dir="ltr" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {visibleText(cutText(text.replaceAll('\r\n', '\n'), MAX_POLICY_CHARACTERS))}
            </Code>
          </Fold>
        )}
      </Stack>
    </Paper>
  )
}
