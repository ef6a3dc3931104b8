import { Group, NativeSelect, Switch, Text, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useState } from 'react'
import { modeFilters, type OverviewSearch, readOverviewSearch } from './overview-search.ts'

const modeLabels = {
  enforce: 'Enforce',
  testing: 'Testing',
  none: 'Off (none)',
  unpublished: 'Not published',
} as const

/** The wait between two keys of somebody who types. */
const TYPING_MS = 200

/** What of the domains is shown; it stands in the address, so that it can be shared. */
export function TableFilters({
  search,
  onChange,
  total,
  all,
}: {
  readonly search: OverviewSearch
  readonly onChange: (to: Partial<OverviewSearch>) => void
  readonly total: number | undefined
  readonly all: number
}) {
  const [text, setText] = useState(search.text ?? '')
  const apply = useDebouncedCallback((to: string) => {
    onChange({ text: readOverviewSearch({ text: to }).text })
  }, TYPING_MS)
  // Back and forward of the browser change the address, not the field.
  useEffect(() => {
    setText(shown => (shown.trim().toLowerCase() === (search.text ?? '') ? shown : (search.text ?? '')))
  }, [search.text])
  return (
    <Group gap="md" align="flex-end">
      <TextInput
        label="Find"
        placeholder="part of a name"
        type="search"
        value={text}
        onChange={event => {
          setText(event.currentTarget.value)
          apply(event.currentTarget.value)
        }}
        flex="1 1 12rem"
        maw={320}
        maxLength={253}
      />
      <NativeSelect
        label="Mode"
        value={search.mode ?? ''}
        onChange={event => {
          onChange({ mode: modeFilters.find(mode => mode === event.currentTarget.value) })
        }}
        data={[
          { value: '', label: 'All modes' },
          ...modeFilters.map(mode => ({ value: mode, label: modeLabels[mode] })),
        ]}
      />
      <Switch
        label="With problems only"
        checked={search.problems === true}
        onChange={event => onChange({ problems: event.currentTarget.checked ? true : undefined })}
        mb={8}
      />
      <Text size="sm" c="dimmed" role="status" mb={8}>
        {total === undefined
          ? ' '
          : `${total.toLocaleString('en')} of ${all.toLocaleString('en')} ${all === 1 ? 'domain' : 'domains'}`}
      </Text>
    </Group>
  )
}
