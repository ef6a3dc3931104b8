import {
  Button,
  Checkbox,
  Group,
  NativeSelect,
  Paper,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import type { ApiBody } from 'sternpost/api'
import { useApiChange } from '../../api/index.ts'
import { ProblemNotice } from '../../parts/index.ts'
import { NewPasswordFields, newPasswordRules } from '../sign-in/new-password-fields.tsx'
import { readDomainsField } from './domains-field.ts'
import { roleChoices } from './role-choices.ts'

type Role = ApiBody<'POST /users'>['role']

/** Adds somebody who may sign in. */
export function UserForm() {
  const add = useApiChange('POST /users', { invalidates: ['GET /users', 'GET /session'] })
  const form = useForm({
    initialValues: {
      name: '',
      role: 'viewer' as Role,
      domains: '',
      byProvider: false,
      password: '',
      again: '',
    },
    validate: values => ({
      name: values.name.trim() === '' ? 'Choose a name' : null,
      password: values.byProvider ? null : newPasswordRules.password(values.password),
      again: values.byProvider ? null : newPasswordRules.again(values.again, values),
    }),
  })
  const submit = form.onSubmit(({ name, role, domains, byProvider, password }) =>
    add.mutate(
      { body: { name, role, domains: readDomainsField(domains), ...(byProvider ? {} : { password }) } },
      { onSuccess: () => form.reset() },
    ),
  )
  return (
    <Paper withBorder p="lg" radius="md" maw={620} component="section" aria-labelledby="new-user">
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Title order={2} size="h4" id="new-user">
            New user
          </Title>
          {add.error === null ? null : <ProblemNotice title="The user was not added" error={add.error} />}
          <Text role="status" size="sm">
            {add.data === undefined ? '' : `${add.data.name} may sign in now.`}
          </Text>
          <TextInput
            label="Name"
            description="Letters, digits and . _ + @ -; a mail address will do."
            autoComplete="off"
            required
            maxLength={120}
            {...form.getInputProps('name')}
          />
          <NativeSelect label="Role" data={roleChoices} {...form.getInputProps('role')} />
          <Textarea
            label="Domains"
            description="One a line, for somebody who is to see these and nothing else. Empty: all domains."
            autosize
            minRows={2}
            maxRows={8}
            {...form.getInputProps('domains')}
          />
          <Checkbox
            label="Signs in at the sign-in provider, without a password here"
            {...form.getInputProps('byProvider', { type: 'checkbox' })}
          />
          {form.values.byProvider ? null : <NewPasswordFields form={form} />}
          <Group>
            <Button type="submit" loading={add.isPending}>
              Add the user
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  )
}
