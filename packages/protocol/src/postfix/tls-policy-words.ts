/** What stands at one `name=value` of a policy. */
export interface PostfixAttribute {
  readonly name: string
  readonly value: string
}

/**
 * Takes a policy apart into its level and attributes, as Postfix does.
 *
 * Shape: words with white space or commas between; a brace holds a word together until it is closed, and one
 * that never is holds all the rest.
 */
export function splitPostfixWords(text: string): string[] {
  const words: string[] = []
  let start = -1
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]!
    if (depth === 0 && SEPARATORS.includes(character)) {
      if (start !== -1) words.push(text.slice(start, at))
      start = -1
      continue
    }
    if (start === -1) start = at
    if (character === '{') depth += 1
    else if (character === '}' && depth > 0) depth -= 1
  }
  if (start !== -1) words.push(text.slice(start))
  return words
}

/**
 * Takes one word apart, `name=value` or `{ name = value }`; answers what is wrong as a text.
 *
 * Shape: inside braces every kind of white space becomes a space, so that no value can hold a line end.
 */
export function splitPostfixAttribute(word: string): PostfixAttribute | string {
  let text = word
  if (word.startsWith('{')) {
    const end = closingBrace(word)
    if (end === -1) return 'a } is missing'
    if (end !== word.length - 1) return 'something follows the }'
    text = word.slice(1, -1).replace(/[\t\n\v\f\r]/g, ' ')
  }
  const equals = text.indexOf('=')
  if (equals === -1) return 'a = is missing'
  const name = trimBlanks(text.slice(0, equals))
  if (name === '') return 'a name is missing'
  if (/[ \t\n\v\f\r]/.test(name)) return 'a = must follow the name'
  return { name, value: trimBlanks(text.slice(equals + 1)) }
}

const SEPARATORS = ', \t\r\n'
const BLANKS = ' \t\n\v\f\r'

/** The place of the brace that closes the first one, or -1. */
function closingBrace(text: string): number {
  let depth = 0
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '{') depth += 1
    else if (text[at] === '}') {
      depth -= 1
      if (depth === 0) return at
    }
  }
  return -1
}

/** Written out, because `trim` also takes white space that Postfix keeps. */
function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && BLANKS.includes(text[start]!)) start += 1
  while (end > start && BLANKS.includes(text[end - 1]!)) end -= 1
  return text.slice(start, end)
}
