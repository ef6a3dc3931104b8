import { Button, Divider, Group, Modal, NativeSelect, Stack, Text, Textarea, Title } from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ApiBody, ApiOutput } from 'sternpost/api'
import { useApiChange } from '../../api/index.ts'
import { ProblemNotice } from '../../parts/index.ts'
import { NewPasswordFields, newPasswordRules } from '../sign-in/new-password-fields.tsx'
import { readDomainsField } from './domains-field.ts'
import { roleChoices } from './role-choices.ts'

export type User = ApiOutput<'GET /users'>['items'][number]

export interface ChangeUserProps {
  /** Undefined while it is closed. */
  readonly user: User | undefined
  /** The one who looks: their own password is changed in their account. */
  readonly ownId: number | undefined
  readonly onClose: () => void
}

/** What another may do, and a new password for them. */
export function ChangeUser({ user, ownId, onClose }: ChangeUserProps) {
  return (
    <Modal
      opened={user !== undefined}
      onClose={onClose}
      title={user === undefined ? '' : `Change ${user.name}`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {user !== undefined && (
        <Stack gap="lg">
          <RightsForm key={`rights ${user.userId}`} user={user} onSaved={onClose} />
          <Divider />
          {user.userId === ownId ? (
            <Text size="sm">You change your own password in “My account”.</Text>
          ) : (
            <PasswordForm key={`password ${user.userId}`} user={user} />
          )}
        </Stack>
      )}
    </Modal>
  )
}

function RightsForm({ user, onSaved }: { readonly user: User; readonly onSaved: () => void }) {
  const change = useApiChange('PATCH /users/:id', { invalidates: ['GET /users', 'GET /session'] })
  const saved = { role: user.role, domains: user.domains === 'all' ? '' : user.domains.join('\n') }
  const form = useForm({ initialValues: saved })
  const submit = form.onSubmit(({ role, domains }) => {
    // Only what was changed, so that nobody who has no domain at all gets every one.
    const body: ApiBody<'PATCH /users/:id'> = {
      ...(role === saved.role ? {} : { role }),
      ...(domains === saved.domains ? {} : { domains: readDomainsField(domains) }),
    }
    change.mutate({ params: { id: user.userId }, body }, { onSuccess: onSaved })
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {change.error === null ? null : (
          <ProblemNotice title="The user was not changed" error={change.error} />
        )}
        <NativeSelect label="Role" data={roleChoices} data-autofocus {...form.getInputProps('role')} />
        <Textarea
          label="Domains"
          description={
            user.domains !== 'all' && user.domains.length === 0
              ? 'One a line. None so far; emptied after something was typed: all domains.'
              : 'One a line: these are seen and no others. Empty: all domains.'
          }
          autosize
          minRows={2}
          maxRows={8}
          spellCheck={false}
          autoCapitalize="off"
          {...form.getInputProps('domains')}
        />
        <Text size="sm" c="dimmed">
          It counts at once, for their tokens too: a token never may more than its user.
        </Text>
        <Group>
          <Button type="submit" loading={change.isPending} disabled={!form.isDirty()}>
            Save role and domains
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function PasswordForm({ user }: { readonly user: User }) {
  const set = useApiChange('PUT /users/:id/password', { invalidates: ['GET /users'] })
  const form = useForm({ initialValues: { password: '', again: '' }, validate: newPasswordRules })
  const submit = form.onSubmit(({ password }) =>
    set.mutate({ params: { id: user.userId }, body: { password } }, { onSuccess: () => form.reset() }),
  )
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        <Title order={3} size="h5">
          New password for <bdi>{user.name}</bdi>
        </Title>
        <Text size="sm" c="dimmed">
          {user.hasPassword
            ? 'All their sessions end. Their tokens go on.'
            : 'They sign in at the sign-in provider now; with a password they sign in by it alone.'}
        </Text>
        {set.error === null ? null : <ProblemNotice title="The password was not set" error={set.error} />}
        <NewPasswordFields form={form} />
        <Group gap="md">
          <Button type="submit" variant="default" loading={set.isPending}>
            Set the password
          </Button>
          <Text role="status" size="sm">
            {set.isSuccess ? 'The password is set; their sessions have ended.' : ''}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}
