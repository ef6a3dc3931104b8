import { Tabs } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useRights, useSession } from '../../api/index.ts'
import { Screen } from '../../parts/index.ts'
import { AccountTab } from './account-tab.tsx'
import { ConfigurationTab } from './configuration-tab.tsx'
import { LogTab } from './log-tab.tsx'
import { type SettingsTab, settingsTabs } from './settings-search.ts'
import { TokensTab } from './tokens-tab.tsx'
import { UsersTab } from './users-tab.tsx'

const route = getRouteApi('/settings')

const titles: Readonly<Record<SettingsTab, string>> = {
  account: 'My account',
  tokens: 'API tokens',
  users: 'Users',
  log: 'Log of changes',
  reports: 'Reports coming in',
  configuration: 'Configuration',
}

/** What an admin of all domains sees beside what everybody has. */
const forAdmins: ReadonlySet<SettingsTab> = new Set(['users', 'log', 'reports', 'configuration'])

/** Who may come in, and how the daemon is set. */
export function SettingsScreen() {
  const { tab } = route.useSearch()
  const navigate = route.useNavigate()
  const isUser = useSession()?.kind === 'signed-in'
  const { isAdmin } = useRights()
  const shown = settingsTabs.filter(each => (forAdmins.has(each) ? isAdmin : isUser))
  const current = shown.find(each => each === tab) ?? shown[0] ?? 'users'
  return (
    <Screen title="Settings" lead="Who may come in, with what, and how the daemon is set.">
      <Tabs
        value={current}
        onChange={value => {
          const next = settingsTabs.find(each => each === value)
          if (next !== undefined) void navigate({ search: { tab: next }, resetScroll: false })
        }}
        keepMounted={false}
      >
        <Tabs.List mb="lg">
          {shown.map(each => (
            <Tabs.Tab key={each} value={each}>
              {titles[each]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {shown.map(each => (
          <Tabs.Panel key={each} value={each}>
            <Part tab={each} />
          </Tabs.Panel>
        ))}
      </Tabs>
    </Screen>
  )
}

function Part({ tab }: { readonly tab: SettingsTab }) {
  switch (tab) {
    case 'account':
      return <AccountTab />
    case 'tokens':
      return <TokensTab />
    case 'users':
      return <UsersTab />
    case 'log':
      return <LogTab />
    case 'reports':
      return <ConfigurationTab section="reportsReceived" />
    case 'configuration':
      return <ConfigurationTab />
  }
}
