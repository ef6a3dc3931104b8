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
import { type Rights, useRights, useSession } from '../api/index.ts'

interface Destination {
  readonly to: NonNullable<LinkProps['to']>
  readonly label: string
  readonly Icon: TablerIcon
  /** Other screens that belong under it. */
  readonly covers?: string
  /** Default: for everybody. */
  readonly isFor?: (rights: Rights) => boolean
}

const destinations: readonly Destination[] = [
  { to: '/', label: 'Overview', Icon: IconHome, covers: '/domains/' },
  { to: '/reports', label: 'Reports', Icon: IconReportAnalytics },
  { to: '/outbound', label: 'Outbound', Icon: IconSend, isFor: ({ seesAll }) => seesAll },
  { to: '/publish', label: 'Publish', Icon: IconShieldPlus, isFor: ({ mayAdd }) => mayAdd },
  { to: '/check', label: 'Check', Icon: IconStethoscope },
  { to: '/settings', label: 'Settings', Icon: IconSettings },
]

/** The screens one can go to from everywhere. */
export function Navigation({ onNavigate }: { readonly onNavigate: () => void }) {
  const { pathname } = useLocation()
  const rights = useRights()
  // Before somebody is in it is not known what is for them; most see everything, and nothing jumps.
  const isKnown = (useSession()?.role ?? null) !== null
  const shown = destinations.filter(({ isFor }) => !isKnown || (isFor?.(rights) ?? true))
  return shown.map(({ to, label, Icon, covers }) => {
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
