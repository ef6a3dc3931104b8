import { expect, test } from 'vitest'
import { type PolicySource, webServerSnippet, webServers } from './web-servers.ts'

const sources: readonly PolicySource[] = [
  { kind: 'proxy', host: '127.0.0.1', port: 8462 },
  { kind: 'files', folder: '/srv/mta-sts' },
]

// That the servers take them: nginx in e2e/publish-serve.e2e.ts; the others by hand, see docs/guides/publish.md.
test.each(webServers.flatMap(server => sources.map(source => [server, source.kind, source] as const)))(
  '%s from %s serves one path of one host and redirects nothing',
  (server, _kind, source) => {
    const text = webServerSnippet(server, { domain: 'example.com', source })
    expect(text).toContain('mta-sts.example.com')
    expect(text).toContain('mta-sts.txt')
    expect(text).toContain(source.kind === 'proxy' ? '8462' : '/srv/mta-sts/mta-sts.example.com')
    expect(text).not.toMatch(/redir|return 30/i)
    expect(text.match(/\{/g)?.length).toBe(text.match(/\}/g)?.length)
  },
)
