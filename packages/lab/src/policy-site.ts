import type { LeafCertificate } from './leaf-certificate.ts'

/**
 * What goes wrong at a policy host.
 *
 * - `status`: another status, the policy still in the body.
 * - `redirect`: to a place that serves the valid policy, on the same host unless `location` says otherwise.
 * - `content-type`: the policy under another media type; `''` sends none.
 * - `size`: the policy made valid but long by extension lines; `chunked` sends no Content-Length.
 * - `drip`: `chunkBytes` of the body every `intervalMs`.
 * - `hang`: silence before the TLS handshake, before the response header, or half-way through the body.
 * - `reset`: TCP RST at the same places.
 * - `gzip`: compressed, though nobody asked.
 * - `html`: a web page in place of the policy, with `status` 200 or another.
 * - `stream`: a policy that goes on for ever.
 * - `bot-wall`: a page with status 403 for every User-Agent without `passes` in it. Default `Mozilla`.
 */
export type PolicyFault =
  | { readonly kind: 'status'; readonly status: number }
  | { readonly kind: 'redirect'; readonly status?: 301 | 302 | 303 | 307 | 308; readonly location?: string }
  | { readonly kind: 'content-type'; readonly contentType: string }
  | { readonly kind: 'size'; readonly bytes: number; readonly chunked?: boolean }
  | { readonly kind: 'drip'; readonly chunkBytes: number; readonly intervalMs: number }
  | { readonly kind: 'hang' | 'reset'; readonly at: 'tls' | 'header' | 'body' }
  | { readonly kind: 'gzip' }
  | { readonly kind: 'html'; readonly status?: number }
  | { readonly kind: 'stream' }
  | { readonly kind: 'bot-wall'; readonly passes?: string }

/** A policy domain as its policy host serves it. */
export interface PolicySite {
  /** The policy file; undefined answers 404. */
  readonly text?: string
  /** Undefined has the host make a good one when it is first asked for. */
  readonly certificate?: LeafCertificate
  readonly fault?: PolicyFault
  /** Further URLs that serve the same text, such as `https://example.test/.well-known/mta-sts.txt`. */
  readonly elsewhere?: readonly string[]
}
