/**
 * Tells whose domains are ours: those named, and all below them.
 *
 * @param domains A-labels in lower case; none at all means that every domain counts as ours.
 */
export function ownDomains(domains: readonly string[]): (domain: string) => boolean {
  if (domains.length === 0) return () => true
  const ours = new Set(domains)
  return domain => {
    let name = domain.toLowerCase()
    for (;;) {
      if (ours.has(name)) return true
      const dot = name.indexOf('.')
      if (dot === -1) return false
      name = name.slice(dot + 1)
    }
  }
}
