import { Group, Paper, Stack, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

export interface EmptyStateProps {
  readonly title: string
  /** What would be here, and why nothing is. */
  readonly children: ReactNode
  /** The next step, as a button or a link. */
  readonly action?: ReactNode
  readonly icon?: ReactNode
}

/** Where there is nothing yet: what this is, why it is empty, and what to do next. */
export function EmptyState({ title, children, action, icon }: EmptyStateProps) {
  return (
    <Paper withBorder p="xl" radius="md">
      <Stack align="center" gap="sm" maw="38rem" mx="auto" ta="center">
        {icon === undefined ? null : <span aria-hidden>{icon}</span>}
        <Title order={2} size="h4">
          {title}
        </Title>
        <Text component="div" c="dimmed">
          {children}
        </Text>
        {action === undefined ? null : (
          <Group justify="center" mt="xs">
            {action}
          </Group>
        )}
      </Stack>
    </Paper>
  )
}
