import type { RequestSigns } from './access-gate.ts'

/** Whether a browser's own words about where a request comes from, if there are any, name our site. */
export function isSameOrigin({ header, host }: Pick<RequestSigns, 'header' | 'host'>): boolean {
  const site = header('sec-fetch-site')
  if (site !== undefined && site !== 'same-origin' && site !== 'none') return false
  const origin = header('origin')
  if (origin === undefined) return true
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase()
}
