import { Paper } from '@mantine/core'
import { Screen } from '../../parts/index.ts'
import { SignInForm, type SignInFormProps } from './sign-in-form.tsx'

/** In place of every screen as long as nobody is signed in. */
export function SignInScreen({ onSignedIn }: Pick<SignInFormProps, 'onSignedIn'>) {
  return (
    <Screen title="Sign in" lead="What Sternpost knows of your domains is for those who have a user here.">
      <Paper withBorder p="lg" radius="md" maw={420}>
        <SignInForm {...(onSignedIn === undefined ? {} : { onSignedIn })} />
      </Paper>
    </Screen>
  )
}
