/** How much of a text is looked at to tell what it is. */
const LOOKED_AT = 4096

/**
 * Says what a text is that stands where a policy should; undefined where it may well be meant as one.
 *
 * Shape: a few words for a sentence: `a web page`.
 */
export function describeForeignText(text: string): string | undefined {
  const start = text.slice(0, LOOKED_AT).replace(/^[\s\ufeff]+/, '')
  if (/^(?:<!doctype\s+html|<html|<head|<body|<!--)/i.test(start) || /<html[\s>]/i.test(start))
    return 'a web page'
  if (/^<\?xml/i.test(start) || /^<[A-Za-z][^>]{0,200}>/.test(start)) return 'XML'
  if (/^\{[\s]*["}]/.test(start) || /^\[[\s]*["{[\]]/.test(start)) return 'JSON'
  if (/^-----BEGIN /.test(start)) return 'a certificate or key'
  if (/^(?:\S+\s+(?:[0-9]+\s+)?(?:IN\s+)?TXT\s+)?["'“]?v\s*=\s*STSv?[0-9]/i.test(start))
    return 'the TXT record, which belongs into DNS'
  if (/^["'“]?v\s*=\s*(?:TLSRPT|DMARC|BIMI|spf)/i.test(start))
    return 'another TXT record, which belongs into DNS'
  if (/^(?:\u001f\u008b|PK\u0003\u0004|%PDF|\u0089PNG|GIF8)/.test(start)) return 'a file of another kind'
  // Control characters that no text has: bytes of something else.
  if (/[\u0000-\u0008\u000e-\u001a\u001c-\u001f]/.test(start)) return 'binary data'
  return undefined
}

/**
 * A host or address that came with a template, told by its name; the names reserved for documentation are left to the
 * reader, and so are words that somebody's real domain may have.
 */
export function isPlaceholder(name: string): boolean {
  return /(?:^|[.@_-])(?:your[-_]?(?:own[-_]?)?(?:domain|company|mx)|my[-_]?domain|change[-_.]?me|replace[-_]?me)(?:[._-]|$)/i.test(
    name,
  )
}

/** Marks of a template that no value of a record or policy has: `<domain>`, `{{ mx }}`, `$DOMAIN`, `%domain%`. */
export function hasTemplateMarks(value: string): boolean {
  return /<[A-Za-z][^<>]{0,60}>|\{\{.{0,60}\}\}|\$\{?[A-Za-z_]{2,40}\}?|%[A-Za-z_]{3,40}%|\[(?:your|domain|mx|id|timestamp)[^\]]{0,40}\]/i.test(
    value,
  )
}
