import type { ReactNode } from 'react'
import css from './wide-region.module.css'

/**
 * What may be wider than the page and scrolls inside, for the keyboard too.
 *
 * Shape: days stand from the left, so what has days is opened at its end, where the newest are.
 */
export function WideRegion({
  label,
  from = 'end',
  children,
}: {
  readonly label: string
  readonly from?: 'start' | 'end'
  readonly children: ReactNode
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a section of its own would stand in the outline of the page
    <div
      className={css.region}
      role="region"
      aria-label={label}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a mouse
      tabIndex={0}
      ref={from === 'end' ? scrollToEnd : undefined}
    >
      {children}
    </div>
  )
}

function scrollToEnd(element: HTMLDivElement | null): void {
  if (element !== null) element.scrollLeft = element.scrollWidth
}
