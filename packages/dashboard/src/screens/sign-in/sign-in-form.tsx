import { Button, Divider, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { ApiError, useApi, useApiChange } from '../../api/index.ts'
import { ProblemNotice } from '../../parts/index.ts'

export interface SignInFormProps {
  /** Who was signed in before, where that is known. */
  readonly name?: string | undefined
  /** There is something on the page that must not go: a provider is visited in another tab. */
  readonly keepsPage?: boolean
  readonly onSignedIn?: () => void
}

/** Name and password, or the way to a sign-in provider. */
export function SignInForm({ name = '', keepsPage = false, onSignedIn }: SignInFormProps) {
  const signIn = useApiChange('POST /session')
  const form = useForm({
    mode: 'uncontrolled',
    initialValues: { name, password: '' },
    validate: {
      name: value => (value.trim() === '' ? 'Enter your name' : null),
      password: value => (value === '' ? 'Enter your password' : null),
    },
  })
  const submit = form.onSubmit(values =>
    signIn.mutate(
      { body: values },
      {
        onSuccess: () => onSignedIn?.(),
        onError: error => {
          if (!isWrong(error)) return
          form.setFieldValue('password', '')
          form.setFieldError('password', 'The name or the password is wrong.')
          form.getInputNode('password')?.focus()
        },
      },
    ),
  )
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {signIn.error === null || isWrong(signIn.error) ? null : (
          <ProblemNotice title="You could not be signed in" error={signIn.error} />
        )}
        <TextInput
          label="Name"
          name="username"
          autoComplete="username"
          autoCapitalize="none"
          spellCheck={false}
          required
          maxLength={500}
          data-autofocus={name === '' ? true : undefined}
          key={form.key('name')}
          {...form.getInputProps('name')}
        />
        <PasswordInput
          label="Password"
          name="password"
          autoComplete="current-password"
          required
          maxLength={4096}
          data-autofocus={name === '' ? undefined : true}
          key={form.key('password')}
          {...form.getInputProps('password')}
        />
        <Button type="submit" loading={signIn.isPending}>
          Sign in
        </Button>
        <ProviderButton keepsPage={keepsPage} />
      </Stack>
    </form>
  )
}

/** Only where the daemon knows a sign-in provider. */
function ProviderButton({ keepsPage }: Required<Pick<SignInFormProps, 'keepsPage'>>) {
  const { data } = useApi('GET /session/oidc')
  const begin = useApiChange('POST /session/oidc')
  if (data === undefined || data.label === null) return null
  const visit = () => {
    // At once, as a browser opens a tab only for a click.
    const tab = keepsPage ? window.open('', '_blank') : null
    begin.mutate(
      {},
      {
        onSuccess: ({ url }) => (tab ?? window).location.assign(url),
        onError: () => tab?.close(),
      },
    )
  }
  return (
    <>
      <Divider label="or" />
      {begin.error === null ? null : (
        <ProblemNotice title="The sign-in provider cannot be reached" error={begin.error} />
      )}
      <Button variant="default" loading={begin.isPending || (begin.isSuccess && !keepsPage)} onClick={visit}>
        Sign in with {data.label}
        {keepsPage ? ' in another tab' : ''}
      </Button>
    </>
  )
}

function isWrong(error: unknown): boolean {
  return error instanceof ApiError && error.problem.code === 'access/wrong-password'
}
