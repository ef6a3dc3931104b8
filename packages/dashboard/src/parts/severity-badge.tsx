import {
  IconAlertTriangle,
  IconBulb,
  IconCircleCheck,
  IconCircleX,
  IconHelpCircle,
} from '@tabler/icons-react'
import { SignBadge, type SignBadgeProps } from './sign-badge.tsx'

export type SeverityWord = 'error' | 'warning' | 'unknown' | 'advice' | 'ok'

const looks: Readonly<Record<SeverityWord, SignBadgeProps>> = {
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
  const look = looks[severity]
  return <SignBadge {...look} word={label ?? look.word} />
}
