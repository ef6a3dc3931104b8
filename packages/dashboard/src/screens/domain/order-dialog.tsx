import { Alert, Button, Group, List, Modal, Stack, Text, Textarea } from '@mantine/core'
import { useState } from 'react'
import { ProblemNotice } from '../../parts/index.ts'
import type { OrderWords } from './order-words.ts'

const MAX_REASON = 500

export interface OrderDialogProps {
  /** Undefined while it is closed. */
  readonly words: OrderWords | undefined
  readonly domain: string
  /** Criteria that are not met, where that stands in the way: going on needs a reason then. */
  readonly unmet: readonly { readonly title: string; readonly missing: string | undefined }[]
  readonly isSending: boolean
  readonly error: Error | null
  readonly onConfirm: (reason: string) => void
  readonly onClose: () => void
}

/** Asks once more before a roll-out is moved: what it does to mail, and why it is done. */
export function OrderDialog(props: OrderDialogProps) {
  const { words, domain, onClose } = props
  return (
    <Modal
      opened={words !== undefined}
      onClose={onClose}
      title={words === undefined ? '' : `${words.title}: ${domain}`}
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close without doing it' }}
    >
      {words !== undefined && <Question {...props} words={words} />}
    </Modal>
  )
}

function Question({
  words,
  unmet,
  isSending,
  error,
  onConfirm,
  onClose,
}: OrderDialogProps & { readonly words: OrderWords }) {
  const [reason, setReason] = useState('')
  const isOverride = unmet.length > 0
  const lacksReason = isOverride && reason.trim() === ''
  return (
    <form
      onSubmit={event => {
        event.preventDefault()
        if (!lacksReason) onConfirm(reason.trim())
      }}
    >
      <Stack gap="md">
        <div>
          <Text fw={600}>What this does</Text>
          <List>
            {words.consequences.map(sentence => (
              <List.Item key={sentence}>{sentence}</List.Item>
            ))}
          </List>
        </div>
        {isOverride && (
          <Alert role="note" color="orange" title="The evidence does not say yet that this is safe">
            <List size="sm">
              {unmet.map(({ title, missing }) => (
                <List.Item key={title} style={{ overflowWrap: 'anywhere' }}>
                  {title}
                  {missing === undefined ? '' : `: ${missing}`}
                </List.Item>
              ))}
            </List>
          </Alert>
        )}
        <Textarea
          label={isOverride ? 'Why go on without it' : 'Reason'}
          description="Kept with your name in the history of the domain."
          required={isOverride}
          value={reason}
          onChange={event => setReason(event.currentTarget.value)}
          maxLength={MAX_REASON}
          autosize
          minRows={2}
          data-autofocus
        />
        {error !== null && <ProblemNotice error={error} title="It was not done" />}
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" color={words.color} loading={isSending} disabled={lacksReason}>
            {words.title}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
