/** Mail domains so common that a name one letter away is far more likely a slip than a wish. */
const WELL_KNOWN = [
  'aol.com',
  'fastmail.com',
  'gmail.com',
  'gmx.de',
  'gmx.net',
  'googlemail.com',
  'hotmail.com',
  'icloud.com',
  'mail.ru',
  'outlook.com',
  'proton.me',
  'protonmail.com',
  't-online.de',
  'web.de',
  'yahoo.com',
  'yandex.ru',
] as const

/** Slips of the fingers at the end of a name. */
const TOP_LEVEL_SLIPS: Readonly<Record<string, string>> = {
  cmo: 'com',
  con: 'com',
  comm: 'com',
  ccom: 'com',
  cm: 'com',
  om: 'com',
  vom: 'com',
  xom: 'com',
  ner: 'net',
  nte: 'net',
  nett: 'net',
  ogr: 'org',
  orgg: 'org',
  og: 'org',
}

/** More are not looked up. */
const MAX_NEAR_NAMES = 3

/** Names that may have been meant by one that does not exist; whether they exist is for DNS to say. */
export function nearNames(domain: string): readonly string[] {
  const near: string[] = []
  const dot = domain.lastIndexOf('.')
  const topLevel = TOP_LEVEL_SLIPS[domain.slice(dot + 1)]
  if (topLevel !== undefined) near.push(`${domain.slice(0, dot)}.${topLevel}`)
  for (const known of WELL_KNOWN) if (isOneSlipAway(domain, known)) near.push(known)
  const firstDot = domain.indexOf('.')
  if (firstDot !== dot) near.push(domain.slice(firstDot + 1))
  return [...new Set(near)].slice(0, MAX_NEAR_NAMES)
}

/** One letter missing, too many or another, or two neighbours exchanged. */
function isOneSlipAway(text: string, known: string): boolean {
  if (text === known || Math.abs(text.length - known.length) > 1) return false
  let start = 0
  while (start < text.length && text[start] === known[start]) start += 1
  let end = 0
  while (
    end < Math.min(text.length, known.length) - start &&
    text[text.length - 1 - end] === known[known.length - 1 - end]
  )
    end += 1
  const middle = text.slice(start, text.length - end)
  const knownMiddle = known.slice(start, known.length - end)
  if (middle.length <= 1 && knownMiddle.length <= 1) return true
  return middle.length === 2 && middle === `${knownMiddle[1]}${knownMiddle[0]}`
}
