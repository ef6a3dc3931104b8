import { Box, Group, Stack, Text, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'

export interface ScreenProps {
  readonly title: string
  /** One sentence: what this screen is for. */
  readonly lead?: ReactNode
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** The frame of every screen: its one heading, what it is for, what can be done. */
export function Screen({ title, lead, actions, children }: ScreenProps) {
  useEffect(() => {
    document.title = `${title} · Sternpost`
  }, [title])
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="md">
        <Box flex="1 1 18rem" miw={0}>
          {/* Takes the focus when a screen is opened, so that a screen reader says where one is. */}
          <Title order={1} tabIndex={-1} data-screen-title fz={{ base: 'h2', sm: 'h1' }}>
            <bdi>{title}</bdi>
          </Title>
          {lead === undefined ? null : (
            <Text c="dimmed" maw="46rem" mt={4}>
              {lead}
            </Text>
          )}
        </Box>
        {actions === undefined ? null : <Group gap="sm">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  )
}
