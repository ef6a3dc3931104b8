import { Alert, Stack, Text, TextInput } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { ProblemNotice, TextLink } from '../../parts/index.ts'
import { errorAt, isTold } from './field-errors.ts'
import { StepButtons } from './step-buttons.tsx'
import { proposalQuery } from './use-proposal.ts'
import type { WizardState } from './wizard-state.ts'

export interface StepProps {
  readonly state: WizardState
  readonly change: (change: Partial<WizardState>) => void
  readonly onNext: () => void
}

/** The first step: whose mail is to be protected. */
export function DomainStep({ state, change, onNext }: StepProps) {
  const client = useQueryClient()
  const [error, setError] = useState<unknown>()
  const [published, setPublished] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const go = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(undefined)
    try {
      const proposal = await client.fetchQuery(proposalQuery({ ...state, source: 'dns' }))
      setPublished(proposal.isPublished ? proposal.domain : undefined)
      if (proposal.isPublished) return
      change({ domain: proposal.domain })
      onNext()
    } catch (thrown) {
      setError(thrown)
    } finally {
      setBusy(false)
    }
  }
  return (
    <form onSubmit={event => void go(event)}>
      <Stack gap="md" maw="34rem">
        <Text>
          Sternpost will publish a policy for this domain (MTA-STS, RFC 8461): it tells the mail servers of
          others to deliver only over an encrypted connection, and only to your mail hosts.
        </Text>
        <TextInput
          label="Your domain"
          description="What stands after the @ of its mail addresses."
          placeholder="example.com"
          name="domain"
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          maxLength={1_000}
          required
          value={state.domain}
          onChange={event => change({ domain: event.currentTarget.value })}
          error={errorAt(error, 'body.domain')}
        />
        {published === undefined ? null : (
          <Alert color="blue" title="Published already">
            A policy for <bdi>{published}</bdi> is published here.{' '}
            <TextLink to="/domains/$domain" params={{ domain: published }}>
              Look at the domain
            </TextLink>{' '}
            or{' '}
            <TextLink to="/publish" search={{ step: 'records', domain: published }}>
              at its records
            </TextLink>
            .
          </Alert>
        )}
        {error === undefined || isTold(error, ['body.domain']) ? null : (
          <ProblemNotice error={error} title="The domain could not be looked at" />
        )}
      </Stack>
      <StepButtons next="Look at its mail hosts" isBusy={isBusy} />
    </form>
  )
}
