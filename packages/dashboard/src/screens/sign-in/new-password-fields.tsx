import { PasswordInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'

export const MIN_PASSWORD_LENGTH = 10

export interface NewPassword {
  readonly password: string
  readonly again: string
}

/** What is wrong with a new password as far as a page can tell; the daemon has the last word. */
export const newPasswordRules = {
  password: (value: string) =>
    [...value].length < MIN_PASSWORD_LENGTH ? `At least ${MIN_PASSWORD_LENGTH} characters are needed.` : null,
  again: (value: string, { password }: NewPassword) =>
    value === password ? null : 'The two passwords are not the same.',
}

/** A new password, typed twice. */
export function NewPasswordFields<Values extends NewPassword>({
  form,
}: {
  readonly form: UseFormReturnType<Values>
}) {
  return (
    <>
      <PasswordInput
        label="New password"
        description={`At least ${MIN_PASSWORD_LENGTH} characters; a sentence is easy to keep in mind.`}
        autoComplete="new-password"
        required
        maxLength={4096}
        key={form.key('password')}
        {...form.getInputProps('password')}
      />
      <PasswordInput
        label="New password once more"
        autoComplete="new-password"
        required
        maxLength={4096}
        key={form.key('again')}
        {...form.getInputProps('again')}
      />
    </>
  )
}
