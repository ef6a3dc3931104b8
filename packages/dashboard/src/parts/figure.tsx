import { Paper, Text } from '@mantine/core'
import type { ReactNode } from 'react'

export interface FigureProps {
  readonly label: string
  /** A number is written with its thousands apart. */
  readonly value: number | string
  readonly unit?: string
  /** What it is made of or since when, in a few words. */
  readonly note?: ReactNode
}

/** One number with its unit and what it counts. */
export function Figure({ label, value, unit, note }: FigureProps) {
  return (
    <Paper withBorder p="md" radius="md" component="dl" m={0}>
      <Text component="dt" size="sm" c="dimmed">
        {label}
      </Text>
      <Text component="dd" m={0} fz={26} fw={650} lh={1.25}>
        {typeof value === 'number' ? value.toLocaleString('en') : value}
        {unit === undefined ? null : (
          <Text span size="sm" fw={500} c="dimmed">
            {' '}
            {unit}
          </Text>
        )}
      </Text>
      {note === undefined ? null : (
        <Text component="dd" m={0} size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </Paper>
  )
}
