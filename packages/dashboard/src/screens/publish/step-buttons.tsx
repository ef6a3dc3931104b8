import { Button, Group } from '@mantine/core'

export interface StepButtonsProps {
  readonly next: string
  readonly onBack?: () => void
  readonly isBusy?: boolean
  readonly isDisabled?: boolean
}

/** Back, and on; the latter sends the form. */
export function StepButtons({ next, onBack, isBusy = false, isDisabled = false }: StepButtonsProps) {
  return (
    <Group mt="md" gap="sm">
      {onBack === undefined ? null : (
        <Button variant="default" onClick={onBack}>
          Back
        </Button>
      )}
      <Button type="submit" loading={isBusy} disabled={isDisabled}>
        {next}
      </Button>
    </Group>
  )
}
