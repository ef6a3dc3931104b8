import { Text } from '@mantine/core'
import { IconCircleCheck, IconCircleDashed, IconLoader } from '@tabler/icons-react'
import css from './publication-steps.module.css'

export interface ShownStep {
  readonly kind: string
  readonly state: 'waiting' | 'begun' | 'done'
  readonly attempts: number
  readonly note?: string | null | undefined
}

/** What each step of a publication does, in their one order. */
const stepWords: Readonly<Record<string, string>> = {
  serve: 'The policy host gives out the new policy',
  'verify-served': 'It is fetched from outside, byte for byte',
  announce: 'The new id goes into DNS',
  'verify-announced': 'Every authoritative name server gives the new id',
  'wait-horizon': 'Wait until no sender holds an older policy',
  'remove-record': 'The record goes out of DNS',
  'verify-removed': 'No name server gives the record any more',
  'wait-ttl': 'Wait until no resolver holds the record',
  'stop-serving': 'The policy host gives out nothing any more',
}

const states = {
  done: { words: 'done', Icon: IconCircleCheck },
  begun: { words: 'under way', Icon: IconLoader },
  waiting: { words: 'to come', Icon: IconCircleDashed },
} as const

/** How far a policy has come on its way to the world. */
export function PublicationSteps({ steps }: { readonly steps: readonly ShownStep[] }) {
  return (
    <ol className={css.steps}>
      {steps.map(({ kind, state, attempts, note }) => {
        const { words, Icon } = states[state]
        return (
          <li
            key={kind}
            className={css.step}
            data-state={state}
            aria-current={state === 'begun' ? 'step' : undefined}
          >
            <Icon size={18} aria-hidden />
            <div>
              {stepWords[kind] ?? kind} <span className={css.state}>({words})</span>
              {state === 'begun' && note !== undefined && note !== null && (
                <Text size="sm" c="dimmed" className={css.note}>
                  {attempts > 1 ? `Try ${attempts}: ${note}` : note}
                </Text>
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
