declare global {
  /** Where libraries that add `<style>` themselves look for the nonce. */
  var __webpack_nonce__: string | undefined
}

/** The nonce by which the content security policy of this page knows its own styles; the daemon writes it anew each time. */
export function pageNonce(): string {
  return nonce
}

const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
globalThis.__webpack_nonce__ = nonce
