import { NavLink } from '@mantine/core'
import {
  IconHome,
  IconReportAnalytics,
  IconSend,
  IconSettings,
  IconShieldPlus,
  IconStethoscope,
  type TablerIcon,
} from '@tabler/icons-react'
import { Link, type LinkProps, useLocation } from '@tanstack/react-router'

interface Destination {
  readonly to: NonNullable<LinkProps['to']>
  readonly label: string
  readonly Icon: TablerIcon
  /** Other screens that belong under it. */
  readonly covers?: string
}

const destinations: readonly Destination[] = [
  { to: '/', label: 'Overview', Icon: IconHome, covers: '/domains/' },
  { to: '/reports', label: 'Reports', Icon: IconReportAnalytics },
  { to: '/outbound', label: 'Outbound', Icon: IconSend },
  { to: '/publish', label: 'Publish', Icon: IconShieldPlus },
  { to: '/check', label: 'Check', Icon: IconStethoscope },
  { to: '/settings', label: 'Settings', Icon: IconSettings },
]

/** The screens one can go to from everywhere. */
export function Navigation({ onNavigate }: { readonly onNavigate: () => void }) {
  const { pathname } = useLocation()
  return destinations.map(({ to, label, Icon, covers }) => {
    const isHere =
      pathname === to ||
      (to !== '/' && pathname.startsWith(`${to}/`)) ||
      (covers !== undefined && pathname.startsWith(covers))
    return (
      <NavLink
        key={to}
        component={Link}
        to={to}
        label={label}
        leftSection={<Icon size={18} aria-hidden />}
        active={isHere}
        aria-current={isHere ? 'page' : undefined}
        onClick={onNavigate}
      />
    )
  })
}
