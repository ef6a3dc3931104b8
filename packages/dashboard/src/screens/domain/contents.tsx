import css from './contents.module.css'

/** The parts of a page, to be gone to in one step; not on paper. */
export function Contents({
  parts,
}: {
  readonly parts: readonly { readonly id: string; readonly title: string }[]
}) {
  return (
    <nav aria-label="On this page" className={css.contents}>
      <ul>
        {parts.map(({ id, title }) => (
          <li key={id}>
            <a href={`#${id}`}>{title}</a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
