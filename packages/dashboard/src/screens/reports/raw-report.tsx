import { Button, Group, Text } from '@mantine/core'
import { useMemo, useState } from 'react'
import { formatJson, lineLimits, numberLines } from './numbered-lines.ts'
import css from './raw-report.module.css'

const SHOWN_LINES = 300

/** The text of a report, set out and with numbered lines; as much of it as a page can lay out. */
export function RawReport({
  text,
  isWhole,
  downloadUrl,
}: {
  readonly text: string
  /** Whether `text` is all there is. */
  readonly isWhole: boolean
  readonly downloadUrl?: string
}) {
  const [shown, setShown] = useState(SHOWN_LINES)
  const { lines, isCut } = useMemo(() => numberLines(isWhole ? formatJson(text) : text), [text, isWhole])
  return (
    <div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a mouse */}
      <section className={css.scroll} tabIndex={0} aria-label="The text of the report">
        <ol className={css.lines} dir="ltr">
          {lines.slice(0, shown).map((line, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its number
            <li key={place}>
              <code>{line}</code>
            </li>
          ))}
        </ol>
      </section>
      <Group mt="xs" gap="sm">
        {lines.length > shown ? (
          <Button size="compact-sm" variant="default" onClick={() => setShown(shown + SHOWN_LINES)}>
            Show more of {lines.length.toLocaleString('en')} lines
          </Button>
        ) : null}
        {downloadUrl === undefined ? null : (
          <Button size="compact-sm" variant="default" component="a" href={downloadUrl} download>
            Download the text
          </Button>
        )}
        {isCut || !isWhole ? (
          <Text size="sm" c="dimmed">
            Long lines are cut after {lineLimits.lineCharacters.toLocaleString('en')} characters, and not all
            lines are shown{downloadUrl === undefined ? '.' : '; the download has all of it.'}
          </Text>
        ) : null}
      </Group>
    </div>
  )
}
