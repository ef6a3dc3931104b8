import { SegmentedControl, Stack, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useApi } from '../../api/index.ts'
import { Loading, ProblemNotice, Screen } from '../../parts/index.ts'
import { AnswersView } from './answers-view.tsx'
import { EventsView } from './events-view.tsx'
import { ForAllDomains } from './for-all-domains.tsx'
import { LookUpBox } from './look-up-box.tsx'
import type { OutboundSearch, View } from './outbound-search.ts'
import { OutboundSum } from './outbound-sum.tsx'
import { PoliciesView } from './policies-view.tsx'

const route = getRouteApi('/outbound')
const REFRESH_MS = 30_000
const TYPING_MS = 250

/** What Postfix is told about the domains it sends to, and why. */
export function OutboundScreen() {
  return (
    <ForAllDomains>
      <Outbound />
    </ForAllDomains>
  )
}

function Outbound() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const summary = useApi('GET /outbound', {}, { refetchIntervalMs: REFRESH_MS })
  const change = (changed: OutboundSearch, replace = false) =>
    void navigate({ search: previous => ({ ...previous, ...changed }), resetScroll: false, replace })
  return (
    <Screen
      title="Outbound"
      lead="What your mail server is told before it delivers to another domain: whether that domain demands encryption (MTA-STS, DANE), and what follows."
    >
      {summary.isPending ? (
        <Loading height={800} label="Reading what Postfix is told" />
      ) : (
        <>
          {summary.data === undefined ? (
            <ProblemNotice
              title="What Postfix is told could not be read"
              error={summary.error}
              onRetry={() => void summary.refetch()}
            />
          ) : (
            <OutboundSum summary={summary.data} />
          )}
          <LookUpBox destination={search.lookup} onLookUp={lookup => change({ lookup })} />
          <Lists search={search} onChange={change} />
        </>
      )}
    </Screen>
  )
}

/** Policies, answers and events, one of them at a time. */
function Lists({
  search,
  onChange,
}: {
  readonly search: OutboundSearch
  readonly onChange: (change: OutboundSearch, replace?: boolean) => void
}) {
  const view = search.view ?? 'policies'
  return (
    <Stack gap="sm">
      <SegmentedControl
        transitionDuration={0}
        aria-label="What is listed"
        w="fit-content"
        maw="100%"
        data={[
          { value: 'policies', label: 'Policies kept' },
          { value: 'answers', label: 'Answers given' },
          { value: 'events', label: 'Events' },
        ]}
        value={view}
        onChange={value => onChange({ view: value === 'policies' ? undefined : (value as View) })}
      />
      <NamePart text={search.text ?? ''} onChange={text => onChange({ text }, true)} />
      {view === 'policies' ? (
        <PoliciesView search={search} onChange={onChange} />
      ) : view === 'answers' ? (
        <AnswersView search={search} onChange={onChange} />
      ) : (
        <EventsView search={search} onChange={onChange} />
      )}
    </Stack>
  )
}

function NamePart({
  text,
  onChange,
}: {
  readonly text: string
  readonly onChange: (text: string | undefined) => void
}) {
  const [typed, setTyped] = useState(text)
  useEffect(() => setTyped(text), [text])
  const tell = useDebouncedCallback((value: string) => onChange(value.trim() || undefined), TYPING_MS)
  return (
    <TextInput
      label="Part of a domain's name"
      maw="24rem"
      value={typed}
      onChange={event => {
        setTyped(event.currentTarget.value)
        tell(event.currentTarget.value)
      }}
      maxLength={253}
      autoComplete="off"
      autoCapitalize="none"
      spellCheck={false}
    />
  )
}
