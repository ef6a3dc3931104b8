import { Alert, Checkbox, Code, List, Radio, Stack, Text, Textarea } from '@mantine/core'
import type { ApiOutput } from 'sternpost/api'
import { Loading, ProblemNotice } from '../../parts/index.ts'
import type { StepProps } from './domain-step.tsx'
import { errorAt, isTold } from './field-errors.ts'
import { readMxText } from './read-mx-text.ts'
import { StepButtons } from './step-buttons.tsx'
import { useProposal } from './use-proposal.ts'

type Proposal = ApiOutput<'POST /domains/propose'>

/** The second step: which hosts may take the domain's mail. */
export function HostsStep({ state, change, onNext, onBack }: StepProps & { readonly onBack: () => void }) {
  const live = useProposal({ ...state, source: 'dns', wildcards: false })
  const proposal = useProposal(state)
  const needsPaste = state.source === 'pasted' && readMxText(state.pasted).length === 0
  const isReady = proposal.data !== undefined && proposal.data.patterns.length > 0 && !needsPaste
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (isReady) onNext()
      }}
    >
      <Stack gap="md" maw="40rem">
        <Text>
          The policy lists the mail hosts (MX) of the domain. In the end senders deliver to these and to no
          others, so all of them must be in it.
        </Text>
        <Radio.Group
          label="Where the list comes from"
          value={state.source}
          onChange={source => change({ source: source === 'pasted' ? 'pasted' : 'dns' })}
        >
          <Stack gap="xs" mt="xs">
            <Radio value="dns" label="The hosts that DNS names today" description={whatDnsSays(live.data)} />
            <Radio
              value="pasted"
              label="A list of mine"
              description="For a domain that is about to move, or whose DNS cannot be seen from here."
            />
          </Stack>
        </Radio.Group>
        {state.source === 'pasted' ? (
          <Textarea
            label="MX hosts"
            description="One a line; lines of a zone file or the output of dig do, too. *.example.net stands for all one label below."
            autosize
            minRows={3}
            maxRows={12}
            spellCheck={false}
            maxLength={20_000}
            value={state.pasted}
            onChange={event => change({ pasted: event.currentTarget.value })}
            error={errorAt(proposal.error, 'body.mx')}
          />
        ) : null}
        {proposal.data !== undefined && proposal.data.patterns.length > 1 ? (
          <Checkbox
            label="Put hosts below the same name together, as *.example.net"
            description="Shorter, and covers hosts to come; but whoever can put a host below that name could take your mail."
            checked={state.wildcards}
            onChange={event => change({ wildcards: event.currentTarget.checked })}
          />
        ) : null}
        {proposal.error !== null && !isTold(proposal.error, ['body.mx']) ? (
          <ProblemNotice
            title="The mail hosts could not be looked at"
            error={proposal.error}
            onRetry={() => void proposal.refetch()}
          />
        ) : proposal.data === undefined || needsPaste ? (
          needsPaste ? null : (
            <Loading height={120} />
          )
        ) : (
          <ProposedPatterns proposal={proposal.data} />
        )}
      </Stack>
      <StepButtons next="On to the choices" onBack={onBack} isDisabled={!isReady} />
    </form>
  )
}

function whatDnsSays(proposal: Proposal | undefined): string {
  if (proposal === undefined) return 'Asking DNS.'
  const { kind, hosts, reason } = proposal.mx
  switch (kind) {
    case 'hosts':
      return `${hosts.join(', ')}.`
    case 'implicit':
      return `There is no MX record, so mail goes to ${proposal.domain} itself (RFC 5321 §5.1).`
    case 'null':
      return 'The domain takes no mail: its MX record is "0 ." (RFC 7505). There is nothing to protect.'
    case 'none':
      return `None: ${reason ?? 'DNS has no answer'}.`
    case 'unknown':
      return `They cannot be told now: ${reason ?? 'DNS does not answer'}.`
  }
}

function ProposedPatterns({ proposal }: { readonly proposal: Proposal }) {
  const { patterns, leftOut, hoster, subdomains } = proposal
  if (patterns.length === 0)
    return (
      <Alert color="yellow" title="No mail hosts">
        Without a mail host there is no policy. Paste a list of your own, or go back and look at the domain.
      </Alert>
    )
  return (
    <Stack gap="sm" role="status">
      <Text size="sm" fw={500}>
        The policy will list
      </Text>
      <List size="sm" listStyleType="none">
        {patterns.map(pattern => (
          <List.Item key={pattern}>
            <Code style={{ overflowWrap: 'anywhere' }}>mx: {pattern}</Code>
          </List.Item>
        ))}
      </List>
      {leftOut.length === 0 ? null : (
        <Alert color="yellow" title="Hosts of today are missing">
          {leftOut.join(', ')}: DNS names {leftOut.length === 1 ? 'it' : 'them'} as a mail host, and the
          policy would not. In mode enforce senders would not deliver there (RFC 8461 §4.1).
        </Alert>
      )}
      {hoster === null ? null : (
        <Text size="sm">
          These are the hosts of {hoster.title}. {hoster.note}
        </Text>
      )}
      {subdomains.length === 0 ? null : (
        <Text size="sm">
          {subdomains.join(', ')} {subdomains.length === 1 ? 'takes' : 'take'} mail, too, and{' '}
          {subdomains.length === 1 ? 'needs a policy of its own' : 'need policies of their own'} (RFC 8461
          §3.4).
        </Text>
      )}
    </Stack>
  )
}
