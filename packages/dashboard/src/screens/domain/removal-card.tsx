import { Button, Checkbox, Group, List, Modal, Stack, Text, TextInput, Title } from '@mantine/core'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useApiChange } from '../../api/index.ts'
import { ProblemNotice } from '../../parts/index.ts'

/** Takes a domain out of publishing, after its consequences were told. */
export function RemovalCard({ domain }: { readonly domain: string }) {
  const [isOpen, setOpen] = useState(false)
  const [isForced, setForced] = useState(false)
  const [reason, setReason] = useState('')
  const navigate = useNavigate()
  const remove = useApiChange('DELETE /domains/:domain', {
    invalidates: ['GET /overview', 'GET /overview/domains'],
  })
  const lacksReason = isForced && reason.trim() === ''
  return (
    <Stack gap="xs" mt="xl" align="flex-start" data-print="none">
      <Title order={3} size="h5">
        Removal
      </Title>
      <Text size="sm" maw="40rem">
        “Remove safely” above is the way by which no mail is lost. Here the domain is taken out at once, which
        is refused as long as a sender may hold an enforced policy.
      </Text>
      <Button
        variant="default"
        onClick={() => {
          remove.reset()
          setOpen(true)
        }}
      >
        Take the domain out…
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={`Take out ${domain}`}
        closeButtonProps={{ 'aria-label': 'Close without doing it' }}
      >
        <form
          onSubmit={event => {
            event.preventDefault()
            if (lacksReason) return
            remove.mutate(
              { params: { domain }, query: isForced ? { force: reason.trim() } : {} },
              { onSuccess: () => void navigate({ to: '/' }) },
            )
          }}
        >
          <Stack gap="md">
            <List size="sm">
              <List.Item>
                The policy host gives out nothing any more, and no certificate is renewed.
              </List.Item>
              <List.Item>
                A sender that holds an enforced policy goes on by it until max_age is over: mail to a new MX
                host would not be delivered.
              </List.Item>
              <List.Item>
                The records _mta-sts, mta-sts and _smtp._tls stay in DNS until somebody takes them out.
              </List.Item>
              <List.Item>The history of its policies and roll-out stays here.</List.Item>
            </List>
            <Checkbox
              label="Also while senders may hold an enforced policy"
              checked={isForced}
              onChange={event => setForced(event.currentTarget.checked)}
            />
            {isForced && (
              <TextInput
                label="Why"
                description="Kept with your name in the history."
                required
                maxLength={500}
                value={reason}
                onChange={event => setReason(event.currentTarget.value)}
              />
            )}
            {remove.error !== null && <ProblemNotice error={remove.error} title="It was not taken out" />}
            <Group justify="flex-end">
              <Button variant="default" onClick={() => setOpen(false)}>
                Cancel
              </Button>
              <Button type="submit" color="red" loading={remove.isPending} disabled={lacksReason}>
                Take it out
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Stack>
  )
}
