import { Autocomplete, Button, Group, Select, SimpleGrid, Switch } from '@mantine/core'
import { resultTypes } from '@sternpost/protocol'
import { useEffect, useState } from 'react'
import { useApi } from '../../api/index.ts'
import {
  dayChoices,
  isDomainName,
  isNarrowed,
  type ReportSearch,
  reportsQuery,
  type TrustChoice,
  trustChoices,
} from './report-search.ts'
import { trustWords } from './trust.tsx'

const MAX_SUGGESTIONS = 20

/** What narrows the list; everything chosen stands in the address, so that it can be kept and shared. */
export function ReportFilters({
  search,
  today,
  onChange,
}: {
  readonly search: ReportSearch
  readonly today: string
  readonly onChange: (change: ReportSearch) => void
}) {
  const { from } = reportsQuery(search, today)
  const { data: summary } = useApi('GET /reports/summary', {
    query: { trust: 'any', ...(from === undefined ? {} : { from }) },
  })
  const organizations = (summary?.organizations ?? [])
    .map(({ organization }) => organization)
    .filter(organization => organization !== '' && organization.length <= 320)
  const failing = (summary?.failingDomains ?? []).map(({ domain }) => domain).filter(domain => domain !== '')
  const seenTypes = (summary?.resultTypes ?? []).map(({ resultType }) => resultType)
  const types = [...new Set([...resultTypes, ...seenTypes.filter(type => type.length <= 64)])]
  return (
    <section aria-label="Filters">
      <SimpleGrid cols={{ base: 1, xs: 2, md: 5 }} spacing="sm" verticalSpacing="sm">
        <NameField
          label="Domain"
          placeholder="example.com"
          value={search.domain ?? ''}
          suggestions={failing}
          problem={text => (isDomainName(text) ? undefined : 'Letters, digits, dots and hyphens')}
          onEnter={domain => onChange({ domain: domain.toLowerCase() })}
        />
        <NameField
          label="Reporter"
          placeholder="as it writes itself"
          value={search.organization ?? ''}
          suggestions={organizations}
          problem={() => undefined}
          onEnter={organization => onChange({ organization })}
        />
        <Select
          label="Days"
          data={[
            { value: '', label: 'All that are kept' },
            ...dayChoices.map(days => ({ value: String(days), label: `The last ${days} days` })),
          ]}
          value={dayChoices.some(days => days === search.days) ? String(search.days) : ''}
          allowDeselect={false}
          onChange={value => onChange({ days: value ? Number(value) : undefined })}
        />
        <Select
          label="What failed"
          data={[{ value: '', label: 'Anything or nothing' }, ...types]}
          value={search.resultType ?? ''}
          allowDeselect={false}
          searchable
          onChange={value => onChange({ resultType: value || undefined })}
        />
        <Select
          label="Trust"
          data={trustChoices.map(value => ({ value, label: trustLabel(value) }))}
          value={search.trust ?? 'any'}
          allowDeselect={false}
          onChange={value => onChange({ trust: value === 'any' ? undefined : (value as TrustChoice) })}
        />
      </SimpleGrid>
      <Group mt="sm" gap="lg">
        <Switch
          label="Only with failures"
          checked={search.failures === true}
          onChange={event => onChange({ failures: event.currentTarget.checked ? true : undefined })}
        />
        <Switch
          label="Only about domains that are not yours"
          checked={search.quarantined === true}
          onChange={event => onChange({ quarantined: event.currentTarget.checked ? true : undefined })}
        />
        {isNarrowed(search) ? (
          <Button
            variant="subtle"
            size="compact-sm"
            onClick={() =>
              onChange({
                domain: undefined,
                organization: undefined,
                days: undefined,
                resultType: undefined,
                trust: undefined,
                failures: undefined,
                quarantined: undefined,
              })
            }
          >
            Clear all filters
          </Button>
        ) : null}
      </Group>
    </section>
  )
}

function trustLabel(trust: TrustChoice): string {
  if (trust === 'any') return 'Any'
  return trust === 'counted' ? 'Those that count' : trustWords[trust].word
}

/** A name that is asked about as a whole: on Enter, on a suggestion, or when the field is left. */
function NameField({
  label,
  placeholder,
  value,
  suggestions,
  problem,
  onEnter,
}: {
  readonly label: string
  readonly placeholder: string
  readonly value: string
  readonly suggestions: readonly string[]
  readonly problem: (text: string) => string | undefined
  readonly onEnter: (text: string) => void
}) {
  const [text, setText] = useState(value)
  useEffect(() => setText(value), [value])
  const trimmed = text.trim()
  const error = trimmed === '' ? undefined : problem(trimmed)
  const enter = (entered: string) => {
    const name = entered.trim()
    if (name !== value && (name === '' || problem(name) === undefined)) onEnter(name)
  }
  return (
    <Autocomplete
      label={label}
      placeholder={placeholder}
      data={[...new Set(suggestions)]}
      limit={MAX_SUGGESTIONS}
      value={text}
      onChange={setText}
      onOptionSubmit={enter}
      onBlur={() => enter(text)}
      onKeyDown={event => {
        if (event.key === 'Enter') enter(text)
      }}
      error={error}
      clearable
      onClear={() => enter('')}
      maxLength={320}
      autoComplete="off"
      spellCheck={false}
    />
  )
}
