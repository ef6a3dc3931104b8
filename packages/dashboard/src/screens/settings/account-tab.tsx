import { Button, Paper, PasswordInput, Stack, Text, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useApi, useApiChange, useSession } from '../../api/index.ts'
import { DataTable, Loading, ProblemNotice, RawText, Time } from '../../parts/index.ts'
import { NewPasswordFields, newPasswordRules } from '../sign-in/new-password-fields.tsx'

/** One's own password, and where one is signed in. */
export function AccountTab() {
  const user = useSession()?.user
  return (
    <Stack gap="xl">
      {user?.hasPassword === true ? (
        <PasswordForm />
      ) : (
        <Text>You sign in at a provider, without a password here.</Text>
      )}
      <Sessions />
    </Stack>
  )
}

function PasswordForm() {
  const change = useApiChange('PUT /session/password', { invalidates: ['GET /sessions'] })
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { current: '', password: '', again: '' },
    validate: {
      current: value => (value === '' ? 'Enter the password you have now' : null),
      ...newPasswordRules,
    },
  })
  const submit = form.onSubmit(({ current, password }) =>
    change.mutate({ body: { current, next: password } }, { onSuccess: () => form.reset() }),
  )
  return (
    <Paper withBorder p="lg" radius="md" maw={460} component="section" aria-labelledby="password">
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Title order={2} size="h4" id="password">
            Password
          </Title>
          {change.error === null ? null : (
            <ProblemNotice title="The password was not changed" error={change.error} />
          )}
          <Text role="status" size="sm">
            {change.isSuccess ? 'The password is changed; your other sessions have ended.' : ''}
          </Text>
          <PasswordInput
            label="Password now"
            autoComplete="current-password"
            required
            maxLength={4096}
            key={form.key('current')}
            {...form.getInputProps('current')}
          />
          <NewPasswordFields form={form} />
          <Button type="submit" loading={change.isPending}>
            Change the password
          </Button>
        </Stack>
      </form>
    </Paper>
  )
}

function Sessions() {
  const sessions = useApi('GET /sessions')
  const end = useApiChange('DELETE /sessions/:id', { invalidates: ['GET /sessions'] })
  if (sessions.data === undefined)
    return sessions.error === null ? (
      <Loading height={200} />
    ) : (
      <ProblemNotice error={sessions.error} onRetry={() => void sessions.refetch()} />
    )
  return (
    <Stack gap="sm">
      {end.error === null ? null : <ProblemNotice title="The session was not ended" error={end.error} />}
      <DataTable
        caption="Where you are signed in"
        rows={sessions.data.items}
        rowKey={row => row.sessionId}
        columns={[
          { key: 'agent', title: 'Browser', cell: row => <RawText text={row.userAgent} shown={120} /> },
          { key: 'ip', title: 'Address', cell: row => row.ip },
          { key: 'since', title: 'Since', cell: row => <Time at={row.createdAt} /> },
          { key: 'seen', title: 'Last seen', cell: row => <Time at={row.lastSeenAt} relative /> },
          {
            key: 'end',
            title: 'End',
            cell: row =>
              row.isCurrent ? (
                'This one'
              ) : (
                <Button
                  size="compact-sm"
                  variant="default"
                  onClick={() => end.mutate({ params: { id: row.sessionId } })}
                >
                  End
                </Button>
              ),
          },
        ]}
      />
    </Stack>
  )
}
