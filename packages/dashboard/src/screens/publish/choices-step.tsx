import { Alert, Radio, Select, Stack, Text, TextInput } from '@mantine/core'
import { useApiChange } from '../../api/index.ts'
import { Loading, ProblemNotice } from '../../parts/index.ts'
import type { StepProps } from './domain-step.tsx'
import { errorAt, isTold } from './field-errors.ts'
import { StepButtons } from './step-buttons.tsx'
import { useProposal } from './use-proposal.ts'

const maxAges = [
  { value: '86400', label: '1 day' },
  { value: '604800', label: '1 week (usual to begin with)' },
  { value: '1209600', label: '2 weeks' },
  { value: '2592000', label: '30 days' },
  { value: '7776000', label: '90 days' },
  { value: '31557600', label: '1 year (the longest)' },
]

const told = ['body.tlsRptRua', 'body.delegation', 'body.dnsWriter']

/** The third step: everything that is a choice, each in one sentence. At its end the policy is published. */
export function ChoicesStep({ state, change, onNext, onBack }: StepProps & { readonly onBack: () => void }) {
  const proposal = useProposal(state)
  const add = useApiChange('POST /domains', { invalidates: ['GET /overview', 'GET /domains/:domain'] })
  const { data } = proposal
  if (data === undefined)
    return proposal.error === null ? (
      <Loading height={420} />
    ) : (
      <ProblemNotice
        title="The domain could not be looked at"
        error={proposal.error}
        onRetry={() => void proposal.refetch()}
      />
    )
  const { delegations, dnsWriters, policyHostListens } = data.choices
  const publish = () =>
    add.mutate(
      {
        body: {
          domain: data.domain,
          mxHostPatterns: data.patterns,
          maxAgeSeconds: state.maxAgeSeconds,
          tlsRptRua: state.reportsTo.split(/[\s,]+/).filter(uri => uri !== ''),
          delegation: state.delegation,
          dnsWriter: state.dnsWriter,
          dnsApply: state.dnsApply,
        },
      },
      { onSuccess: onNext },
    )
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        publish()
      }}
    >
      <Stack gap="lg" maw="40rem">
        <Select
          label="How long senders keep the policy (max_age)"
          description="As long as this an attacker who blocks your policy gains nothing, and as long as this a mistake in it lasts."
          data={maxAges}
          allowDeselect={false}
          value={String(state.maxAgeSeconds)}
          onChange={value => change({ maxAgeSeconds: Number(value ?? state.maxAgeSeconds) })}
        />
        <TextInput
          label="Where reports go (rua)"
          description="Senders tell this address daily what they could deliver securely and what not (TLS-RPT, RFC 8460); without it nobody can know when the policy may be enforced."
          placeholder={`tls-reports@${data.domain}`}
          autoCapitalize="none"
          spellCheck={false}
          maxLength={4_000}
          value={state.reportsTo}
          onChange={event => change({ reportsTo: event.currentTarget.value })}
          error={errorAt(add.error, 'body.tlsRptRua')}
        />
        <Radio.Group
          label="Who sets the DNS records"
          description={
            dnsWriters.length === 0
              ? 'A program can where publish.dns.writers names one; here none is set up.'
              : 'Sternpost can write them by itself, or show them to you.'
          }
          value={state.dnsWriter}
          onChange={dnsWriter => change({ dnsWriter })}
          error={errorAt(add.error, 'body.dnsWriter')}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="none" label="I do, from a list with buttons to copy" />
            {dnsWriters.map(name => (
              <Radio key={name} value={name} label={`Sternpost does, by ${name}`} />
            ))}
          </Stack>
        </Radio.Group>
        {state.dnsWriter === 'none' ? null : (
          <Radio.Group
            label="When it writes"
            description="A change of the record makes every sender fetch the policy anew."
            value={state.dnsApply}
            onChange={value => change({ dnsApply: value === 'auto' ? 'auto' : 'ask' })}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="ask" label="After somebody has seen the change and said yes" />
              <Radio value="auto" label="At once" />
            </Stack>
          </Radio.Group>
        )}
        {delegations.length < 2 ? null : (
          <Radio.Group
            label="Where the records stand"
            description="With aliases (CNAME) the owner of the domain sets three records once, and never has to touch them again."
            value={state.delegation}
            onChange={value => change({ delegation: value === 'cname' ? 'cname' : 'direct' })}
            error={errorAt(add.error, 'body.delegation')}
          >
            <Stack gap="xs" mt="xs">
              <Radio value="direct" label="In the domain's own zone" />
              <Radio value="cname" label="In the zone of whoever runs this Sternpost, by three aliases" />
            </Stack>
          </Radio.Group>
        )}
        <Text size="sm">
          {policyHostListens
            ? `The policy is given out by this Sternpost, at https://mta-sts.${data.domain}.`
            : `No policy host runs here (publish.policyHost), so a web server of yours gives the policy out: "sternpost setup nginx ${data.domain}" prints how.`}
        </Text>
        <Alert color="blue" title="It begins in mode testing">
          Senders report what would fail and deliver all the same. The step to enforce comes later, when
          reports show that nothing would be lost.
        </Alert>
        {add.error === null || isTold(add.error, told) ? null : (
          <ProblemNotice title="The policy could not be published" error={add.error} />
        )}
      </Stack>
      <StepButtons next="Publish in mode testing" onBack={onBack} isBusy={add.isPending} />
    </form>
  )
}
