import { Button, Code } from '@mantine/core'
import { useState } from 'react'

const SHORT_CHARACTERS = 600
/** Browsers lay out one run of text in one go; beyond this a page would stand still. */
const MOST_CHARACTERS = 200_000

export interface RawTextProps {
  readonly text: string
  /** Characters shown at first. */
  readonly shown?: number
  /** As a block of its own, line ends kept. */
  readonly block?: boolean
}

/** Somebody else's text: as it is, never as markup, wrapped, kept apart from the direction of what is around it. */
export function RawText({ text, shown = SHORT_CHARACTERS, block = false }: RawTextProps) {
  const [isOpen, setOpen] = useState(false)
  const limit = isOpen ? MOST_CHARACTERS : shown
  const cut = text.length > limit
  return (
    <>
      <Code
        block={block}
        dir="ltr"
        style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', unicodeBidi: 'isolate' }}
      >
        {cut ? `${cutBetweenCharacters(text, limit)}…` : text}
      </Code>
      {text.length > shown ? (
        <Button
          size="compact-xs"
          variant="subtle"
          ml={4}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? 'show less' : `show all ${text.length.toLocaleString('en')} characters`}
        </Button>
      ) : null}
      {isOpen && cut ? ` The first ${MOST_CHARACTERS.toLocaleString('en')} are shown.` : null}
    </>
  )
}

/** Cuts before a surrogate pair rather than through it. */
function cutBetweenCharacters(text: string, at: number): string {
  const last = text.charCodeAt(at - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? at - 1 : at)
}
