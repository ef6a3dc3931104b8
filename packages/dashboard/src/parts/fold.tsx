import { type ReactNode, useState } from 'react'
import css from './fold.module.css'

/** Something that is opened when wanted, and not made before. */
export function Fold({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const [wasOpen, setWasOpen] = useState(false)
  return (
    <details
      className={css.fold}
      onToggle={event => {
        if (event.currentTarget.open) setWasOpen(true)
      }}
    >
      <summary>{title}</summary>
      {wasOpen ? children : null}
    </details>
  )
}
