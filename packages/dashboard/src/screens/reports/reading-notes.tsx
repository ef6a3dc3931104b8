import { Badge, Code, List, Text } from '@mantine/core'
import type { ReportNote } from '@sternpost/protocol'
import { ForeignText } from '../../parts/index.ts'

const kinds: Readonly<Record<ReportNote['kind'], string>> = {
  missing: 'left out',
  inferred: 'taken from elsewhere',
  repaired: 'read in spite of its form',
  ignored: 'not used',
}

const SHOWN_NOTES = 50

/** Where a report differs from the standard, and what was made of it. */
export function ReadingNotes({ notes }: { readonly notes: readonly ReportNote[] }) {
  if (notes.length === 0) return <Text>It was written as the standard asks (RFC 8460 §4.4).</Text>
  const more = notes.length - SHOWN_NOTES
  return (
    <>
      <List listStyleType="none" spacing="xs" size="sm" styles={{ itemWrapper: { display: 'block' } }}>
        {notes.slice(0, SHOWN_NOTES).map((note, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: notes may repeat and never move
          <List.Item key={place}>
            <Badge variant="default" tt="none" mr="xs">
              {kinds[note.kind]}
            </Badge>
            {note.path === '' ? null : (
              <Code>
                <ForeignText text={note.path} />
              </Code>
            )}{' '}
            <ForeignText text={note.message} characters={400} />{' '}
            <Text span size="xs" c="dimmed">
              {note.code}
            </Text>
          </List.Item>
        ))}
      </List>
      {more > 0 ? <Text size="sm">{`${more.toLocaleString('en')} more of the kind.`}</Text> : null}
    </>
  )
}
