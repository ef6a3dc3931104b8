import { Button, Menu, Text } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useCallback, useEffect } from 'react'
import {
  callApi,
  hearOtherTabs,
  isNotSignedIn,
  session,
  tellOtherTabs,
  useApiChange,
  useSession,
} from '../api/index.ts'

/** Who is signed in, and the way out. */
export function UserMenu() {
  const user = useSession()?.user
  const client = useQueryClient()
  const forget = useCallback(async () => {
    session.leave()
    client.clear()
    await callApi('GET /session')
  }, [client])
  useEffect(
    () =>
      hearOtherTabs(message => {
        if (message === 'signed-out') void forget()
      }),
    [forget],
  )
  const signOut = useApiChange('DELETE /session')
  if (user === null || user === undefined) return null
  const beOut = () => {
    tellOtherTabs('signed-out')
    return forget()
  }
  const leave = () =>
    signOut.mutate({}, { onSuccess: beOut, onError: error => (isNotSignedIn(error) ? beOut() : undefined) })
  return (
    <Menu position="bottom-end" withArrow>
      <Menu.Target>
        <Button
          variant="subtle"
          color="gray"
          px="xs"
          maw={200}
          loading={signOut.isPending}
          rightSection={<IconChevronDown size={16} aria-hidden />}
        >
          <Text component="span" size="sm" truncate="end">
            <bdi>{user.name}</bdi>
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Role: {user.role}</Menu.Label>
        <Menu.Item component={Link} to="/settings">
          My settings
        </Menu.Item>
        <Menu.Item onClick={leave}>Sign out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
