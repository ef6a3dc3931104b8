import { Anchor, type AnchorProps } from '@mantine/core'
import { createLink } from '@tanstack/react-router'
import type { ComponentPropsWithRef } from 'react'

type LinkTextProps = AnchorProps & Omit<ComponentPropsWithRef<'a'>, keyof AnchorProps>

function LinkText(props: LinkTextProps) {
  return <Anchor {...props} />
}

/** A link within the dashboard that looks like one; where it leads is checked by the table of screens. */
export const TextLink = createLink(LinkText)
