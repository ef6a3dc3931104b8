import { Button, Group, Modal, NativeSelect, Stack, Text } from '@mantine/core'
import { useState } from 'react'
import type { ApiOutput } from 'sternpost/api'
import { useApi, useApiChange, useSession } from '../../api/index.ts'
import { DataTable, Loading, ProblemNotice, Time } from '../../parts/index.ts'
import { domainWords } from './domains-field.ts'
import { roleChoices } from './role-choices.ts'
import { UserForm } from './user-form.tsx'

type User = ApiOutput<'GET /users'>['items'][number]

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
  const change = useApiChange('PATCH /users/:id', { invalidates: ['GET /users'] })
  const remove = useApiChange('DELETE /users/:id', { invalidates: ['GET /users', 'GET /tokens'] })
  const [leaving, setLeaving] = useState<User>()
  const error = change.error ?? remove.error
  return (
    <Stack gap="sm">
      {error === null ? null : <ProblemNotice title="The user was not changed" error={error} />}
      <DataTable
        caption="Users by name"
        minWidth={720}
        rows={users}
        rowKey={row => String(row.userId)}
        empty="Nobody yet. The first user must be an admin of all domains."
        columns={[
          { key: 'name', title: 'Name', cell: row => <bdi>{row.name}</bdi> },
          {
            key: 'role',
            title: 'Role',
            cell: row => (
              <NativeSelect
                aria-label={`Role of ${row.name}`}
                size="xs"
                data={roleChoices}
                value={row.role}
                onChange={({ currentTarget: { value } }) =>
                  change.mutate({ params: { id: row.userId }, body: { role: value as User['role'] } })
                }
              />
            ),
          },
          { key: 'domains', title: 'Domains', cell: row => domainWords(row.domains) },
          {
            key: 'way',
            title: 'Signs in by',
            cell: row => (row.hasPassword ? 'Password' : 'Sign-in provider'),
          },
          { key: 'since', title: 'Since', cell: row => <Time at={row.createdAt} /> },
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
