import { Anchor, AppShell, Burger, Group, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { Link, Outlet, useRouter } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useConnection, useStatus } from '../api/index.ts'
import { ClockNotice } from './clock-notice.tsx'
import { ColorSchemeSwitch } from './color-scheme-switch.tsx'
import { ConnectionNotice } from './connection-notice.tsx'
import { Navigation } from './navigation.tsx'
import { SessionGate } from './session-gate.tsx'
import classes from './shell.module.css'
import { UserMenu } from './user-menu.tsx'

/** What is around every screen. */
export function Shell() {
  const [isOpen, { toggle, close }] = useDisclosure(false)
  useFocusOnNewScreen()
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding={{ base: 'sm', sm: 'lg' }}
    >
      <a className={classes.skip} href="#content">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isOpen}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={isOpen ? 'Close the menu' : 'Open the menu'}
              aria-expanded={isOpen}
              aria-controls="navigation"
            />
            <Anchor component={Link} to="/" underline="never" c="inherit" fw={700} fz="lg">
              <Group gap={8} wrap="nowrap">
                <img src="/icon.svg" alt="" width={26} height={26} />
                Sternpost
              </Group>
            </Anchor>
          </Group>
          <Group gap="xs" wrap="nowrap" miw={0}>
            <UserMenu />
            <ColorSchemeSwitch />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar id="navigation" p="sm" component="nav" aria-label="Screens">
        <Navigation onNavigate={close} />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1} className={classes.main}>
        <ConnectionNotice />
        <ClockNotice />
        <div className={classes.screen}>
          <SessionGate>
            <Outlet />
          </SessionGate>
        </div>
        <Footer />
      </AppShell.Main>
    </AppShell>
  )
}

function Footer() {
  const { data } = useStatus()
  const isAway = useConnection() === 'away'
  return (
    <Group component="footer" mt="xl" pt="md" gap="md" c="dimmed" fz="sm" mih={48}>
      <Text size="sm">Sternpost {data?.version}</Text>
      <Text size="sm">{isAway ? 'Not connected' : data === undefined ? 'Connecting' : 'Connected'}</Text>
    </Group>
  )
}

/** A click on a link changes the whole screen without a word; the focus on its heading tells a screen reader. */
function useFocusOnNewScreen(): void {
  const router = useRouter()
  useEffect(
    () =>
      router.subscribe('onRendered', ({ pathChanged, fromLocation }) => {
        if (!pathChanged || fromLocation === undefined) return
        document.querySelector<HTMLElement>('[data-screen-title]')?.focus({ preventScroll: true })
      }),
    [router],
  )
}
