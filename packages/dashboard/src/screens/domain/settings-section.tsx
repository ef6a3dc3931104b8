import { useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { ApiError, callApi, useApiChange } from '../../api/index.ts'
import { CriteriaForm } from './criteria-form.tsx'
import { RemovalCard } from './removal-card.tsx'
import type { DomainFacts } from './rollout-facts.ts'
import { Section } from './section.tsx'
import { changeOf, draftOf, type SettingsDraft } from './settings-draft.ts'
import { SettingsForm } from './settings-form.tsx'

/** What an operator wants of a domain, and its removal. */
export function SettingsSection({ facts }: { readonly facts: DomainFacts }) {
  const { domain } = facts
  const client = useQueryClient()
  // The state that was seen when the form was filled in; what comes behind it must not change what is typed.
  const [base, setBase] = useState(facts)
  const [newer, setNewer] = useState<DomainFacts>()
  const change = useApiChange('PATCH /domains/:domain', {
    invalidates: ['GET /domains/:domain', 'GET /domains/:domain/records', 'GET /domains/:domain/rollout'],
  })

  async function showNewer() {
    const now = await client.fetchQuery({
      queryKey: ['GET /domains/:domain', { params: { domain } }],
      queryFn: () => callApi('GET /domains/:domain', { params: { domain } }),
      staleTime: 0,
    })
    setNewer(now)
  }

  function save(draft: SettingsDraft) {
    change.mutate(
      { params: { domain }, body: { revision: base.revision, ...changeOf(draft, draftOf(base)) } },
      {
        onSuccess: setBase,
        onError: error => {
          if (error instanceof ApiError && error.problem.code === 'api/changed-meanwhile') void showNewer()
        },
      },
    )
  }

  return (
    <Section
      id="settings"
      title="Settings"
      lead="What you want of this domain. Senders get a change step by step: the policy first, then its id, and nothing by which mail could be lost."
    >
      <SettingsForm
        saved={draftOf(base)}
        writers={facts.dnsWriters}
        isSaving={change.isPending}
        error={change.error}
        newer={newer === undefined ? undefined : draftOf(newer)}
        wasSaved={change.isSuccess}
        onSave={save}
        onKeepMine={() => {
          if (newer !== undefined) setBase(newer)
          setNewer(undefined)
          change.reset()
        }}
      />
      <CriteriaForm domain={domain} />
      <RemovalCard domain={domain} />
    </Section>
  )
}
