import { cutText, visibleText } from './visible-text.ts'

/** A few words that somebody else wrote, such as a name: cut where too long, never able to turn what is around it. */
export function ForeignText({
  text,
  characters = 120,
}: {
  readonly text: string
  readonly characters?: number
}) {
  return <bdi style={{ overflowWrap: 'anywhere' }}>{visibleText(cutText(text, characters))}</bdi>
}
