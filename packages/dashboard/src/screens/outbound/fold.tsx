import type { ReactNode } from 'react'
import css from './fold.module.css'

/** Something that is opened when wanted. */
export function Fold({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <details className={css.fold}>
      <summary>{title}</summary>
      {children}
    </details>
  )
}
