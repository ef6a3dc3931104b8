import { Text } from '@mantine/core'
import { IconFileImport, IconHelpCircle, IconLock, IconLockOpen } from '@tabler/icons-react'
import type { ApiItem } from 'sternpost/api'
import { Fold, SignBadge, type SignBadgeProps } from '../../parts/index.ts'
import css from './trust.module.css'

export type TrustLevel = ApiItem<'GET /reports'>['trust']

/** How far a report is believed, in a plain word, and why. */
export const trustWords: Readonly<Record<TrustLevel, SignBadgeProps & { readonly why: string }>> = {
  authenticated: {
    word: 'Signed',
    why: 'a mail with a valid signature (DKIM) of the domain that wrote it. It counts in every figure.',
    color: 'green',
    Icon: IconLock,
  },
  imported: {
    word: 'Handed over',
    why: 'a person gave it to Sternpost as a file. It counts in every figure.',
    color: 'blue',
    Icon: IconFileImport,
  },
  unauthenticated: {
    word: 'Unproven',
    why: 'it came by HTTPS, where nobody proves who he is. It is kept and counts in no figure.',
    color: 'yellow',
    Icon: IconHelpCircle,
  },
  untrusted: {
    word: 'Not signed',
    why: 'a mail without a valid signature of its author. It is kept and counts in no figure.',
    color: 'red',
    Icon: IconLockOpen,
  },
}

export function TrustBadge({ trust }: { readonly trust: TrustLevel }) {
  const { word, color, Icon } = trustWords[trust]
  return <SignBadge word={word} color={color} Icon={Icon} />
}

/** What the words of trust mean, for whoever wants to know. */
export function TrustLegend() {
  return (
    <Fold title="How far a report is believed">
      <dl className={css.list}>
        {Object.entries(trustWords).map(([level, { why }]) => (
          <div key={level} className={css.entry}>
            <dt>
              <TrustBadge trust={level as TrustLevel} />
            </dt>
            <Text component="dd" m={0} size="sm">
              {why}
            </Text>
          </div>
        ))}
      </dl>
    </Fold>
  )
}
