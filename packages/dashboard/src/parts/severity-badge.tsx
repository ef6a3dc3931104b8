import { Badge, type MantineColor } from '@mantine/core'
import {
  IconAlertTriangle,
  IconBulb,
  IconCircleCheck,
  IconCircleX,
  IconHelpCircle,
  type TablerIcon,
} from '@tabler/icons-react'

export type SeverityWord = 'error' | 'warning' | 'unknown' | 'advice' | 'ok'

const looks: Readonly<Record<SeverityWord, { color: MantineColor; word: string; Icon: TablerIcon }>> = {
  error: { color: 'red', word: 'Error', Icon: IconCircleX },
  warning: { color: 'yellow', word: 'Warning', Icon: IconAlertTriangle },
  unknown: { color: 'gray', word: 'Not measured', Icon: IconHelpCircle },
  advice: { color: 'blue', word: 'Advice', Icon: IconBulb },
  ok: { color: 'green', word: 'Good', Icon: IconCircleCheck },
}

/** How much something matters: in words and by a sign, not by colour alone. */
export function SeverityBadge({
  severity,
  label,
}: {
  readonly severity: SeverityWord
  readonly label?: string
}) {
  const { color, word, Icon } = looks[severity]
  return (
    <Badge
      color={color}
      variant="light"
      tt="none"
      miw="max-content"
      leftSection={<Icon size={14} aria-hidden />}
    >
      {label ?? word}
    </Badge>
  )
}
