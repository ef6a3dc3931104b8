import { Button, Group, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { type FormEvent, useState } from 'react'
import { ApiError, useApiChange, useRights } from '../../api/index.ts'
import { ProblemNotice } from '../../parts/index.ts'

/** Takes a domain in any spelling and begins its check. */
export function StartCheckForm({ initialDomain }: { readonly initialDomain: string }) {
  const [domain, setDomain] = useState(initialDomain)
  const navigate = useNavigate()
  const { seesAll } = useRights()
  const start = useApiChange('POST /checks', { invalidates: ['GET /checks'] })
  const begin = (event: FormEvent) => {
    event.preventDefault()
    if (domain.trim() === '') return
    start.mutate(
      { body: { domain: domain.trim() } },
      { onSuccess: ({ id }) => void navigate({ to: '/check/$id', params: { id } }) },
    )
  }
  const isAtField = start.error instanceof ApiError && [400, 403, 422].includes(start.error.problem.status)
  return (
    <form onSubmit={begin}>
      <Group align="flex-start" gap="sm">
        <TextInput
          flex="1 1 16rem"
          label="Domain"
          description={
            seesAll ? 'A mail address or the address of a web page does, too.' : 'One of the domains you see.'
          }
          placeholder="example.com"
          name="domain"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          inputMode="url"
          maxLength={1_000}
          required
          value={domain}
          onChange={event => setDomain(event.currentTarget.value)}
          error={isAtField ? start.error?.message : undefined}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
        />
        <Button
          type="submit"
          mt={{ base: 0, xs: 25 }}
          leftSection={<IconSearch size={16} aria-hidden />}
          loading={start.isPending}
        >
          Check
        </Button>
      </Group>
      {start.error === null || isAtField ? null : (
        <ProblemNotice error={start.error} title="The check could not begin" />
      )}
    </form>
  )
}
