import { styleText } from 'node:util'
import type { Paint } from './look-up-text.ts'

/** Colors texts, or leaves them as they are. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text)
}
