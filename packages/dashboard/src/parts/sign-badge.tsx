import { Badge, type MantineColor } from '@mantine/core'
import type { TablerIcon } from '@tabler/icons-react'

export interface SignBadgeProps {
  readonly color: MantineColor
  readonly word: string
  readonly Icon: TablerIcon
}

/** A short word with its sign: told by these, not by colour alone. */
export function SignBadge({ color, word, Icon }: SignBadgeProps) {
  return (
    <Badge
      color={color}
      variant="light"
      tt="none"
      miw="max-content"
      leftSection={<Icon size={14} aria-hidden />}
    >
      {word}
    </Badge>
  )
}
