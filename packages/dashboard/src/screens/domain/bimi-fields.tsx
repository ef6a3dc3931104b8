import { Checkbox, Stack, TextInput } from '@mantine/core'
import type { SettingsDraft, SettingsProblems } from './settings-draft.ts'

/** The record by which mail programs may show a logo beside mail of the domain. */
export function BimiFields({
  draft,
  problems,
  onChange,
}: {
  readonly draft: SettingsDraft
  readonly problems: SettingsProblems
  readonly onChange: (change: Partial<SettingsDraft>) => void
}) {
  return (
    <Stack gap="sm">
      <Checkbox
        label="A BIMI record"
        description="Mail programs may show your logo beside mail that DMARC proves to be yours."
        checked={draft.hasBimi}
        onChange={event => onChange({ hasBimi: event.currentTarget.checked })}
      />
      {draft.hasBimi && (
        <>
          <TextInput
            label="Logo"
            description="https: address of the SVG. Empty: the domain says that it has none."
            value={draft.bimiLocation}
            error={problems.bimiLocation}
            onChange={event => onChange({ bimiLocation: event.currentTarget.value })}
            maxLength={2_000}
            spellCheck={false}
            autoCapitalize="off"
          />
          <TextInput
            label="Mark certificate"
            description="https: address of the PEM file. Empty: none; many mail programs show no logo without one."
            value={draft.bimiEvidence}
            error={problems.bimiEvidence}
            onChange={event => onChange({ bimiEvidence: event.currentTarget.value })}
            maxLength={2_000}
            spellCheck={false}
            autoCapitalize="off"
          />
          <TextInput
            label="Selector"
            description="“default”, but for mail that names another."
            value={draft.bimiSelector}
            error={problems.bimiSelector}
            onChange={event => onChange({ bimiSelector: event.currentTarget.value })}
            maxLength={63}
            maw={360}
            spellCheck={false}
            autoCapitalize="off"
          />
        </>
      )}
    </Stack>
  )
}
