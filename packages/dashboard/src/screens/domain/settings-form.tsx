import { Alert, Button, Group, NativeSelect, NumberInput, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { ProblemNotice } from '../../parts/index.ts'
import { BimiFields } from './bimi-fields.tsx'
import { changeOf, readList, type SettingsDraft, settingsProblems } from './settings-draft.ts'

export interface SettingsFormProps {
  readonly saved: SettingsDraft
  readonly writers: readonly string[]
  readonly isSaving: boolean
  readonly error: Error | null
  /** Somebody else changed it since this form was opened; undefined where nobody did. */
  readonly newer: SettingsDraft | undefined
  readonly wasSaved: boolean
  readonly onSave: (draft: SettingsDraft) => void
  /** Goes on with what is typed here, on top of what the other person saved. */
  readonly onKeepMine: () => void
}

const ids = { utc: 'to the second (20261125195937)', daily: 'day and number (2026112501)' } as const

/** What is wanted of a domain; saving it changes what senders get step by step, never at once. */
export function SettingsForm({
  saved,
  writers,
  isSaving,
  error,
  newer,
  wasSaved,
  onSave,
  onKeepMine,
}: SettingsFormProps) {
  const [draft, setDraft] = useState(saved)
  const set = (change: Partial<SettingsDraft>) => setDraft(before => ({ ...before, ...change }))
  const problems = settingsProblems(draft)
  const isRight = Object.keys(problems).length === 0
  const isSame = isRight && Object.keys(changeOf(draft, saved)).length === 0
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (isRight) onSave(draft)
      }}
    >
      <Stack gap="md" maw="40rem">
        <Textarea
          label="MX hosts"
          description="Mail servers that senders may deliver to, one in a line; *.example.net stands for one label. A new one is allowed at once, one that is taken out only when no mail can be lost by it."
          value={draft.mxHostPatterns}
          error={problems.mxHostPatterns}
          onChange={event => set({ mxHostPatterns: event.currentTarget.value })}
          autosize
          minRows={2}
          maxRows={12}
          spellCheck={false}
          autoCapitalize="off"
        />
        <NumberInput
          label="Days that senders remember the policy (max_age)"
          description="While it is remembered nobody can hide it from a sender; a week is usual, weeks are recommended."
          value={draft.maxAgeDays}
          error={problems.maxAgeDays}
          onChange={value => set({ maxAgeDays: value })}
          min={1}
          max={365}
          suffix=" days"
          maw={360}
        />
        <Textarea
          label="Where senders send TLS reports"
          description="mailto: or https: addresses, one in a line. Without one nobody tells you what fails."
          value={draft.tlsRptRua}
          error={problems.tlsRptRua}
          onChange={event => set({ tlsRptRua: event.currentTarget.value })}
          autosize
          minRows={1}
          maxRows={8}
          spellCheck={false}
          autoCapitalize="off"
        />
        <NativeSelect
          label="Who writes the DNS records"
          value={draft.dnsWriter}
          onChange={event => set({ dnsWriter: event.currentTarget.value })}
          data={[
            { value: 'none', label: 'A person, by hand' },
            ...writers.filter(name => name !== 'none').map(name => ({ value: name, label: name })),
          ]}
        />
        {draft.dnsWriter !== 'none' && (
          <NativeSelect
            label="When it writes"
            value={draft.dnsApply}
            onChange={event => set({ dnsApply: event.currentTarget.value === 'auto' ? 'auto' : 'ask' })}
            data={[
              { value: 'auto', label: 'By itself' },
              { value: 'ask', label: 'After a person has seen the difference' },
            ]}
          />
        )}
        <NativeSelect
          label="Where the records stand"
          value={draft.delegation}
          onChange={event => set({ delegation: event.currentTarget.value === 'cname' ? 'cname' : 'direct' })}
          data={[
            { value: 'direct', label: "In the domain's own zone" },
            { value: 'cname', label: 'In the zone of the operator; the domain points there once (CNAME)' },
          ]}
        />
        <NativeSelect
          label="How policy ids are written"
          value={draft.policyIdForm}
          onChange={event => set({ policyIdForm: event.currentTarget.value === 'daily' ? 'daily' : 'utc' })}
          data={Object.entries(ids).map(([value, label]) => ({ value, label }))}
        />
        <BimiFields draft={draft} problems={problems} onChange={set} />
        <Textarea
          label="TLSA records of the MX hosts (DANE)"
          description="One in a line, the MX host before it: mx1.example.com 3 1 1 and the digest. They go into the list of records as they are; senders look at them only where the zone is signed."
          value={draft.tlsa}
          error={problems.tlsa}
          onChange={event => set({ tlsa: event.currentTarget.value })}
          autosize
          minRows={1}
          maxRows={12}
          spellCheck={false}
          autoCapitalize="off"
        />
        {newer !== undefined && (
          <Alert color="orange" title="Somebody else changed this domain meanwhile">
            <Text size="sm">What you typed is still here. The saved settings now say:</Text>
            <Text size="sm" component="pre" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
              {[
                `MX hosts: ${readList(newer.mxHostPatterns).join(', ')}`,
                `max_age: ${newer.maxAgeDays} days`,
                `Reports to: ${readList(newer.tlsRptRua).join(', ') || 'nobody'}`,
                `BIMI: ${newer.hasBimi ? newer.bimiLocation || 'none is wanted' : 'no record'}`,
                `TLSA: ${newer.tlsa || 'none'}`,
              ].join('\n')}
            </Text>
            <Group gap="sm">
              <Button size="compact-sm" variant="default" onClick={onKeepMine}>
                Keep what I typed
              </Button>
              <Button
                size="compact-sm"
                variant="default"
                onClick={() => {
                  setDraft(newer)
                  onKeepMine()
                }}
              >
                Take the saved ones
              </Button>
            </Group>
          </Alert>
        )}
        {error !== null && newer === undefined && (
          <ProblemNotice error={error} title="The settings were not saved" />
        )}
        <Group gap="md">
          <Button type="submit" loading={isSaving} disabled={isSame || newer !== undefined || !isRight}>
            Save
          </Button>
          <Text size="sm" role="status">
            {wasSaved && isSame ? 'Saved. The roll-out brings it to senders: policy first, then its id.' : ''}
          </Text>
        </Group>
      </Stack>
    </form>
  )
}
