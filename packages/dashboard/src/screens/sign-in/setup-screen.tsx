import { Button, Paper, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useApiChange, useSession } from '../../api/index.ts'
import { ProblemNotice, Screen, TextLink } from '../../parts/index.ts'
import { NewPasswordFields, newPasswordRules } from './new-password-fields.tsx'
import { SetupNeeded } from './setup-needed.tsx'

/** The first admin, by the link that the daemon printed. */
export function SetupScreen() {
  const [token] = useState(() => window.location.hash.slice(1))
  useEffect(() => {
    // The link is a secret until it is used; it need not stay in the address bar.
    if (token !== '') window.history.replaceState(window.history.state, '', window.location.pathname)
  }, [token])
  const standing = useSession()
  if (standing !== undefined && !standing.needsSetup)
    return (
      <Screen title="Setup is done" lead="There is an admin already.">
        <TextLink to="/">Go to the overview</TextLink>
      </Screen>
    )
  if (token === '') return <SetupNeeded />
  return (
    <Screen
      title="Make the first admin"
      lead="This user may do everything here, also add other users. Afterwards Sternpost asks everybody to sign in."
    >
      <Paper withBorder p="lg" radius="md" maw={460}>
        <SetupForm token={token} />
      </Paper>
    </Screen>
  )
}

function SetupForm({ token }: { readonly token: string }) {
  const navigate = useNavigate()
  const setUp = useApiChange('POST /setup')
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name: '', password: '', again: '' },
    validate: {
      name: value => (value.trim() === '' ? 'Choose a name' : null),
      ...newPasswordRules,
    },
  })
  const submit = form.onSubmit(async ({ name, password }) => {
    try {
      await setUp.mutateAsync({ body: { token, name, password } })
    } catch {
      // Shown above the form.
      return
    }
    // This form is gone by then, as there is an admin now.
    void navigate({ to: '/', replace: true })
  })
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {setUp.error === null ? null : (
          <ProblemNotice title="The admin could not be made" error={setUp.error} />
        )}
        <TextInput
          label="Name"
          description="Letters, digits and . _ + @ -; a mail address will do."
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={120}
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <NewPasswordFields form={form} />
        <Button type="submit" loading={setUp.isPending}>
          Make the admin and sign in
        </Button>
      </Stack>
    </form>
  )
}
