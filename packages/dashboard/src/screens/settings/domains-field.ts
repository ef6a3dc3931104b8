/** Reads what was typed as a list of domains; nothing typed means all. */
export function readDomainsField(text: string): 'all' | string[] {
  const names = text.split(/[\s,;]+/).filter(name => name !== '')
  return names.length === 0 ? 'all' : names
}

/** Domains in a cell of a table. */
export function domainWords(domains: 'all' | readonly string[]): string {
  return domains === 'all' ? 'All' : domains.length === 0 ? 'None' : domains.join(', ')
}
