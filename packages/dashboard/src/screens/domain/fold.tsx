import type { ReactNode } from 'react'
import css from './fold.module.css'

/** Something that is opened when wanted, and stands open on paper. */
export function Fold({ title, children }: { readonly title: ReactNode; readonly children: ReactNode }) {
  return (
    <details className={css.fold}>
      <summary>{title}</summary>
      {children}
    </details>
  )
}
