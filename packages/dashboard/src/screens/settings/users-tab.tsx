import { Button, Group, Modal, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import { useApi, useApiChange, useSession } from '../../api/index.ts'
import { DataTable, Loading, ProblemNotice, Time } from '../../parts/index.ts'
import { ChangeUser, type User } from './change-user.tsx'
import { domainWords } from './domains-field.ts'
import { UserForm } from './user-form.tsx'

/** The people who may sign in. */
export function UsersTab() {
  const users = useApi('GET /users')
  return (
    <Stack gap="xl">
      <UserForm />
      {users.data === undefined ? (
        users.error === null ? (
          <Loading height={200} />
        ) : (
          <ProblemNotice error={users.error} onRetry={() => void users.refetch()} />
        )
      ) : (
        <UserTable users={users.data.items} />
      )}
    </Stack>
  )
}

function UserTable({ users }: { readonly users: readonly User[] }) {
  const ownId = useSession()?.user?.userId
  const remove = useApiChange('DELETE /users/:id', { invalidates: ['GET /users', 'GET /tokens'] })
  const [leaving, setLeaving] = useState<User>()
  const [changing, setChanging] = useState<User>()
  return (
    <Stack gap="sm">
      {remove.error === null ? null : <ProblemNotice title="The user was not removed" error={remove.error} />}
      <DataTable
        caption="Users by name"
        minWidth={720}
        rows={users}
        rowKey={row => String(row.userId)}
        empty="Nobody yet. The first user must be an admin of all domains."
        columns={[
          { key: 'name', title: 'Name', cell: row => <bdi>{row.name}</bdi> },
          { key: 'role', title: 'Role', cell: row => row.role },
          { key: 'domains', title: 'Domains', cell: row => domainWords(row.domains) },
          {
            key: 'way',
            title: 'Signs in by',
            cell: row => (row.hasPassword ? 'Password' : 'Sign-in provider'),
          },
          { key: 'since', title: 'Since', cell: row => <Time at={row.createdAt} /> },
          {
            key: 'change',
            title: 'Change',
            cell: row => (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`Change ${row.name}`}
                onClick={() => setChanging(row)}
              >
                Change
              </Button>
            ),
          },
          {
            key: 'remove',
            title: 'Remove',
            cell: row =>
              row.userId === ownId ? (
                'You'
              ) : (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Remove ${row.name}`}
                  onClick={() => setLeaving(row)}
                >
                  Remove
                </Button>
              ),
          },
        ]}
      />
      <ChangeUser user={changing} ownId={ownId} onClose={() => setChanging(undefined)} />
      <Modal
        opened={leaving !== undefined}
        onClose={() => setLeaving(undefined)}
        title="Remove this user?"
        centered
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Text size="sm" mb="md">
          All sessions and tokens of <bdi>{leaving?.name}</bdi> end at once.
        </Text>
        <Group justify="flex-end">
          <Button variant="default" onClick={() => setLeaving(undefined)}>
            Keep
          </Button>
          <Button
            color="red"
            onClick={() => {
              if (leaving !== undefined) remove.mutate({ params: { id: leaving.userId } })
              setLeaving(undefined)
            }}
          >
            Remove
          </Button>
        </Group>
      </Modal>
    </Stack>
  )
}
