import { IconCircleDashed, IconEye, IconShieldCheck, IconShieldOff } from '@tabler/icons-react'
import css from './mode-word.module.css'

const modes = {
  enforce: { word: 'Enforce', about: 'senders deliver over verified TLS only', Icon: IconShieldCheck },
  testing: { word: 'Testing', about: 'senders report failures and deliver all the same', Icon: IconEye },
  none: { word: 'Off', about: 'the policy asks nothing of senders (mode none)', Icon: IconShieldOff },
} as const

const unpublished = {
  word: 'Not published',
  about: 'no policy of this domain is published here',
  Icon: IconCircleDashed,
} as const

/** The mode of a policy as a word with its sign; told by the word, not by the colour. */
export function ModeWord({ mode }: { readonly mode: keyof typeof modes | undefined }) {
  const { word, about, Icon } = mode === undefined ? unpublished : modes[mode]
  return (
    <span className={css.mode} data-mode={mode ?? 'unpublished'} title={about}>
      <Icon size={16} aria-hidden />
      {word}
    </span>
  )
}
