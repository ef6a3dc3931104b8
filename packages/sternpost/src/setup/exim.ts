/**
 * What can and cannot be done for Exim, as text.
 *
 * Exim has DANE of its own but no MTA-STS client, and no table that could carry Sternpost's answers: which hosts
 * a policy allows is decided before a transport runs, so a recipe of expansions could not keep a policy's promise.
 */
export function eximAdvice(): string {
  return `Exim

What Exim does by itself: DANE. In its configuration, for the driver that routes to the Internet:

  # the dnslookup router: ask for DNSSEC
  dnssec_request_domains = *

  # the smtp transport: use TLSA records wherever they are signed
  hosts_try_dane = *

Exim believes the AD bit of its resolver, so /etc/resolv.conf must name a validating resolver on this
machine, and glibc from 2.31 on needs "options trust-ad" there.

What it cannot do: MTA-STS. Exim has no MTA-STS client and nothing that would ask Sternpost before it
chooses an MX host. A recipe with \${readsocket} inside a transport would run after the hosts were chosen,
could not leave out hosts the policy does not name, and where the lookup fails would have to choose between
losing the protection and losing the mail. We therefore give none.

What helps: route outgoing mail through a Postfix on this machine ("sternpost setup postfix"), or see with
"sternpost lookup example.com" what a domain asks for.
`
}
