import {
  Alert,
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
import { daemonClock, type Rights, useApi, useApiChange, useRights } from '../../api/index.ts'
import { CopyBlock, DataTable, Loading, ProblemNotice, RawText, Time } from '../../parts/index.ts'
import { domainWords, readDomainsField } from './domains-field.ts'

type Scope = ApiBody<'POST /tokens'>['scopes'][number]

const scopes: readonly {
  readonly value: Scope
  readonly label: string
  /** A token may no more than its user. Default: for everybody. */
  readonly isFor?: (rights: Rights) => boolean
}[] = [
  { value: 'status:read', label: 'Read the status' },
  { value: 'reports:read', label: 'Read reports' },
  { value: 'reports:write', label: 'Hand in reports', isFor: ({ mayAdd }) => mayAdd },
  { value: 'domains:read', label: 'Read domains and their records' },
  { value: 'domains:write', label: 'Change domains and roll-outs', isFor: ({ mayChange }) => mayChange },
  { value: 'outbound:read', label: 'Read what the mail server is told', isFor: ({ seesAll }) => seesAll },
  { value: 'checks:read', label: 'Read checks' },
  { value: 'checks:write', label: 'Check domains' },
  {
    value: 'access:read',
    label: 'Read users, the log and the configuration',
    isFor: ({ isAdmin }) => isAdmin,
  },
  { value: 'access:write', label: 'Change users', isFor: ({ isAdmin }) => isAdmin },
]

const DAY_MS = 86_400_000

/** What programs use in place of a user. */
export function TokensTab() {
  const tokens = useApi('GET /tokens')
  const revoke = useApiChange('DELETE /tokens/:id', { invalidates: ['GET /tokens'] })
  return (
    <Stack gap="xl">
      <TokenForm />
      {revoke.error === null ? null : (
        <ProblemNotice title="The token was not revoked" error={revoke.error} />
      )}
      {tokens.data === undefined ? (
        tokens.error === null ? (
          <Loading height={200} />
        ) : (
          <ProblemNotice error={tokens.error} onRetry={() => void tokens.refetch()} />
        )
      ) : (
        <DataTable
          caption="Tokens, the newest first"
          minWidth={760}
          rows={tokens.data.items}
          rowKey={row => String(row.tokenId)}
          empty="No token yet. A program that asks the API needs one."
          columns={[
            { key: 'name', title: 'Name', cell: row => <RawText text={row.name} shown={80} /> },
            { key: 'user', title: 'User', cell: row => <bdi>{row.userName}</bdi> },
            { key: 'scopes', title: 'May', cell: row => row.scopes.join(', ') },
            { key: 'domains', title: 'Domains', cell: row => domainWords(row.domains) },
            {
              key: 'until',
              title: 'Until',
              cell: row => (row.expiresAt === null ? 'No end' : <Time at={row.expiresAt} />),
            },
            {
              key: 'used',
              title: 'Last used',
              cell: row => (row.lastUsedAt === null ? 'Never' : <Time at={row.lastUsedAt} relative />),
            },
            {
              key: 'revoke',
              title: 'End',
              cell: row => (
                <Button
                  size="compact-sm"
                  variant="default"
                  aria-label={`Revoke ${row.name}`}
                  onClick={() => revoke.mutate({ params: { id: row.tokenId } })}
                >
                  Revoke
                </Button>
              ),
            },
          ]}
        />
      )}
    </Stack>
  )
}

function TokenForm() {
  const rights = useRights()
  const offered = scopes.filter(({ isFor }) => isFor?.(rights) ?? true)
  const create = useApiChange('POST /tokens', { invalidates: ['GET /tokens'] })
  const form = useForm({
    initialValues: { name: '', scopes: [] as string[], domains: '', days: '90' },
    validate: {
      name: value => (value.trim() === '' ? 'Say what the token is for' : null),
      scopes: value => (value.length === 0 ? 'Choose at least one' : null),
    },
  })
  const submit = form.onSubmit(values => {
    const days = Number(values.days)
    create.mutate(
      {
        body: {
          name: values.name,
          scopes: offered.flatMap(({ value }) => (values.scopes.includes(value) ? [value] : [])),
          domains: readDomainsField(values.domains),
          ...(days === 0 ? {} : { expiresAt: new Date(daemonClock.now() + days * DAY_MS).toISOString() }),
        },
      },
      { onSuccess: () => form.reset() },
    )
  })
  return (
    <Paper withBorder p="lg" radius="md" maw={620} component="section" aria-labelledby="new-token">
      <form onSubmit={submit} noValidate>
        <Stack gap="md">
          <Title order={2} size="h4" id="new-token">
            New token
          </Title>
          {create.error === null ? null : (
            <ProblemNotice title="The token was not made" error={create.error} />
          )}
          {create.data === undefined ? null : (
            <Alert color="green" title="Copy the token now" role="status">
              <Text size="sm" mb="sm">
                It is shown this once and kept nowhere. Programs send it as Authorization: Bearer TOKEN.
              </Text>
              <CopyBlock label={`Token ${create.data.token.name}`} text={create.data.text} />
            </Alert>
          )}
          <TextInput label="What it is for" required maxLength={100} {...form.getInputProps('name')} />
          <Checkbox.Group label="What it may do" required {...form.getInputProps('scopes')}>
            <Stack gap="xs" mt="xs">
              {offered.map(({ value, label }) => (
                <Checkbox key={value} value={value} label={label} description={value} />
              ))}
            </Stack>
          </Checkbox.Group>
          <Textarea
            label="Domains"
            description="One a line. Empty: all that you see. It never sees more than you do."
            autosize
            minRows={2}
            maxRows={8}
            {...form.getInputProps('domains')}
          />
          <NativeSelect
            label="How long it holds"
            data={[
              { value: '30', label: '30 days' },
              { value: '90', label: '90 days' },
              { value: '365', label: '365 days' },
              { value: '0', label: 'Without an end' },
            ]}
            {...form.getInputProps('days')}
          />
          <Group>
            <Button type="submit" loading={create.isPending}>
              Make the token
            </Button>
          </Group>
        </Stack>
      </form>
    </Paper>
  )
}
