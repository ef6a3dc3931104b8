import type { ReactNode } from 'react'
import { useRights } from '../../api/index.ts'
import { EmptyState, Screen } from '../../parts/index.ts'

/** Shows what is about the outgoing mail of all to those who see all domains, and says so to others. */
export function ForAllDomains({ children }: { readonly children: ReactNode }) {
  if (useRights().seesAll) return children
  return (
    <Screen title="Outbound">
      <EmptyState title="This is for those who see all domains">
        What the mail server is told before it sends is about the domains of others, and the same for
        everybody who sends by it.
      </EmptyState>
    </Screen>
  )
}
