import { Button, Group, NativeSelect, NumberInput, Stack, Text, Title } from '@mantine/core'
import { useState } from 'react'
import type { ApiOutput } from 'sternpost/api'
import { useApi, useApiChange } from '../../api/index.ts'
import { ProblemNotice } from '../../parts/index.ts'
import {
  type CriteriaDraft,
  changeOfCriteria,
  criteriaProblem,
  criterionFields,
  draftOfCriteria,
} from './criteria-draft.ts'
import { Asked } from './section.tsx'

type Criteria = ApiOutput<'GET /domains/:domain/rollout/criteria'>

/** What the evidence must show before this domain may be enforced, where that differs from the configuration. */
export function CriteriaForm({ domain }: { readonly domain: string }) {
  const query = useApi('GET /domains/:domain/rollout/criteria', { params: { domain } })
  return (
    <Stack gap="sm" mt="xl" component="section" aria-labelledby="criteria">
      <Title order={3} size="h4" id="criteria">
        When it may be enforced
      </Title>
      <Asked query={query} what="the criteria" height={360}>
        {criteria => <Fields criteria={criteria} />}
      </Asked>
    </Stack>
  )
}

function Fields({ criteria }: { readonly criteria: Criteria }) {
  const { domain, configured } = criteria
  const [saved, setSaved] = useState(() => draftOfCriteria(criteria))
  const [draft, setDraft] = useState(saved)
  const change = useApiChange('PATCH /domains/:domain/rollout/criteria', {
    invalidates: ['GET /domains/:domain/rollout/criteria', 'GET /domains/:domain/rollout', 'GET /overview'],
  })
  const set = (part: Partial<CriteriaDraft>) => setDraft(before => ({ ...before, ...part }))
  const body = changeOfCriteria(draft, saved)
  const isSame = Object.keys(body).length === 0
  const isRight = criterionFields.every(({ name }) => criteriaProblem(name, draft[name]) === undefined)
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (!isSame && isRight)
          change.mutate(
            { params: { domain }, body },
            {
              onSuccess: told => {
                const now = draftOfCriteria(told)
                setSaved(now)
                setDraft(now)
              },
            },
          )
      }}
    >
      <Stack gap="md" maw="40rem">
        {criterionFields.map(({ name, label }) => (
          <NumberInput
            key={name}
            label={label}
            description={`Left empty: as configured, ${configured[name].toLocaleString('en')}.`}
            value={draft[name]}
            error={criteriaProblem(name, draft[name])}
            onChange={value => set({ [name]: value })}
            allowDecimal={false}
            allowNegative={false}
            min={0}
            maw={360}
          />
        ))}
        <NativeSelect
          label="Who enforces it once every criterion is met"
          value={draft.autoAdvance}
          onChange={({ currentTarget: { value } }) =>
            set({ autoAdvance: value === 'on' || value === 'off' ? value : 'default' })
          }
          data={[
            { value: 'default', label: `As configured: ${whoEnforces(configured.autoAdvance)}` },
            { value: 'off', label: whoEnforces(false) },
            { value: 'on', label: whoEnforces(true) },
          ]}
        />
        {change.error !== null && <ProblemNotice error={change.error} title="The criteria were not saved" />}
        <Group gap="md">
          <Button type="submit" loading={change.isPending} disabled={isSame || !isRight}>
            Save the criteria
          </Button>
          <Text size="sm" role="status">
            {change.isSuccess && isSame ? 'Saved. They count from the next look on.' : ''}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}

function whoEnforces(byItself: boolean): string {
  return byItself ? 'Sternpost, by itself' : 'A person'
}
