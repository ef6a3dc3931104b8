import { type CheckRow, type FindingPage, lasting, passing } from './finding-page.ts'

const fetchError = { temporary: false, resultType: 'sts-policy-fetch-error' } as const
const webPki = { temporary: false, resultType: 'sts-webpki-invalid' } as const

export const policyHostRows = {
  'policy-host/wrong-place': {
    clause: 'RFC 8461 §3.3',
    ...fetchError,
    severity: 'error',
    title: 'The policy file is at another place',
    meaning:
      'Senders ask for `https://mta-sts.<domain>/.well-known/mta-sts.txt` and nothing else. A file at the domain itself, under www or over plain HTTP is never found.',
    remedy: 'Serve it at that address.',
  },
  'policy-host/address-dead': {
    clause: 'RFC 8461 §3.3',
    ...fetchError,
    severity: 'warning',
    title: 'One address of the policy host does not answer',
    meaning:
      'Senders that try only one address, or that come over the other kind of network, cannot fetch the policy. A forgotten AAAA record is the usual cause.',
    remedy: 'Mend the server at this address or remove the record.',
  },
  'policy-host/slow': {
    clause: 'RFC 8461 §3.3',
    ...passing,
    severity: 'warning',
    title: 'The policy host is slow',
    meaning:
      'Senders give up after a minute at most, many earlier, and deliver without a policy at first contact.',
    remedy: 'Serve the file from disk or memory; nothing has to be computed for it.',
  },
  'policy-host/certificate-self-signed': {
    clause: 'RFC 8461 §3.3',
    ...webPki,
    severity: 'error',
    title: 'The policy host has a self-signed certificate',
    meaning: 'Senders do not believe it, and do not fetch the policy.',
    remedy: 'Use a certificate of a public CA; one from Let’s Encrypt will do.',
  },
  'policy-host/certificate-incomplete': {
    clause: 'RFC 8461 §3.3',
    ...webPki,
    severity: 'error',
    title: 'The policy host does not send the intermediate certificate',
    meaning:
      'Browsers find the missing certificate by themselves; mail servers do not, and refuse the connection.',
    remedy: 'Configure the full chain (`fullchain.pem`) in place of the certificate alone.',
  },
  'policy-host/certificate-common-name': {
    clause: 'RFC 8461 §3.3',
    ...webPki,
    severity: 'error',
    title: 'The name stands only in the common name of the certificate',
    meaning: 'Senders look at the subject alternative names. What stands in the subject does not count.',
    remedy: 'Get a certificate with `mta-sts.<domain>` among its subject alternative names.',
  },
  'policy-host/certificate-expiring': {
    clause: 'RFC 8461 §3.3',
    ...lasting,
    severity: 'warning',
    title: 'The certificate of the policy host runs out soon',
    meaning:
      'When it has run out, senders cannot refresh the policy. They go on with what they have until its max_age, then the protection ends.',
    remedy: 'Look why it has not been renewed: most clients do so a month ahead.',
  },
  'policy-host/certificate-without-sni': {
    clause: 'RFC 8461 §7.1',
    ...lasting,
    severity: 'advice',
    title: 'Without SNI the policy host shows another certificate',
    meaning: 'Senders must name the host they want (SNI), so this breaks nothing.',
    remedy: 'Nothing has to be done.',
  },
  'policy-host/tls-version': {
    clause: 'RFC 8996 §2',
    ...webPki,
    severity: 'error',
    title: 'The policy host offers no TLS 1.2',
    meaning: 'Older versions are forbidden. Senders cannot connect.',
    remedy: 'Turn on TLS 1.2 and 1.3.',
  },
  'policy-host/html': {
    clause: 'RFC 8461 §3.2',
    ...fetchError,
    severity: 'error',
    title: 'A web page comes instead of the policy',
    meaning:
      'The server answers with a page: a catch-all rule, a login, a parked domain. Senders find no policy in it.',
    remedy: 'Let the web server answer `/.well-known/mta-sts.txt` with the file, before any other rule.',
  },
  'policy-host/blocked': {
    clause: 'RFC 8461 §3.3',
    ...fetchError,
    severity: 'error',
    title: 'A bot protection stands before the policy',
    meaning:
      'A browser gets the policy, a mail server gets a challenge or an error. Mail servers cannot solve challenges.',
    remedy: 'Exempt the path `/.well-known/mta-sts.txt` from bot protection, rate limits and country rules.',
  },
  'policy-host/answers-differ': {
    clause: 'RFC 8461 §8.1',
    ...lasting,
    severity: 'warning',
    title: 'The addresses of the policy host serve different policies',
    meaning: 'Which policy a sender gets is chance. With one id for both, it may keep the wrong one.',
    remedy: 'Serve the same bytes everywhere before the id changes.',
  },
  'policy-host/caa': {
    clause: 'RFC 8659 §4',
    ...lasting,
    severity: 'warning',
    title: 'A CAA record forbids the CA in use',
    meaning: 'The next renewal will be refused, and the certificate will run out.',
    remedy: 'Add the CA to the CAA records that hold for `mta-sts.<domain>`, or use an allowed one.',
  },
  'policy-host/unstable': {
    clause: 'RFC 8461 §3.3',
    ...passing,
    severity: 'warning',
    title: 'The policy host answers only at times',
    meaning: 'Senders who meet it for the first time at the wrong moment deliver without a policy.',
    remedy: 'Look at the times of the failures; capacity, a certificate on one of several machines, or DNS.',
  },
  'policy-host/hosted': {
    clause: 'RFC 8461 §8.2',
    ...lasting,
    severity: 'advice',
    title: 'The policy is hosted elsewhere',
    meaning: '`mta-sts` is an alias of somebody else’s host, who decides on policy and certificate.',
    remedy: 'Nothing, as long as you know whose host it is and that it still serves you.',
  },
} as const satisfies Readonly<Record<string, CheckRow>>

/** Pages of what `@sternpost/network` reports about policy hosts. */
export const policyHostPages = {
  'policy-host/no-address': {
    title: 'The policy host has no address',
    severity: 'error',
    meaning:
      'There is a record that announces a policy, but `mta-sts.<domain>` does not resolve. Senders cannot fetch it and deliver unprotected, or go on with the policy they have.',
    remedy: 'Publish an address record or an alias for `mta-sts`.',
    example: 'mta-sts.example.com. IN A 192.0.2.1',
  },
  'policy-host/dns': {
    title: 'The policy host cannot be looked up',
    severity: 'error',
    severityNote: 'unknown where our own resolver is the cause',
    meaning: 'DNS gives no answer for `mta-sts.<domain>`, for now. Senders cannot fetch the policy.',
    remedy: 'Look at the name servers of that name, and of what it is an alias of.',
  },
  'policy-host/address-refused': {
    title: 'The policy host has no public address',
    severity: 'error',
    meaning: 'The addresses belong to a private or reserved network. Senders elsewhere cannot reach them.',
    remedy: 'Publish the public address of the web server.',
  },
  'policy-host/connect': {
    title: 'The policy host does not accept connections',
    severity: 'error',
    meaning: 'Nothing answers on port 443. Senders cannot fetch the policy.',
    remedy: 'Start the web server on port 443, and open the firewall for the whole Internet.',
  },
  'policy-host/proxy': {
    title: 'Our own proxy does not let us through',
    severity: 'unknown',
    meaning: 'The proxy set here refused or failed. That says nothing about the domain.',
    remedy: 'Look at the proxy in the configuration.',
  },
  'policy-host/timeout': {
    title: 'The policy host does not answer in time',
    severity: 'error',
    meaning: 'Connection, handshake or answer took too long. Senders give up in the same way.',
    remedy: 'Look for a firewall that drops packets, and for an overloaded server.',
  },
  'policy-host/tls': {
    title: 'The TLS handshake with the policy host fails',
    severity: 'error',
    meaning: 'No secure connection comes about, so no policy is fetched.',
    remedy: 'Try `openssl s_client -connect mta-sts.<domain>:443 -servername mta-sts.<domain>`.',
  },
  'policy-host/http': {
    title: 'The policy host does not speak HTTP properly',
    severity: 'error',
    meaning: 'The answer breaks the rules of HTTP, or ends before it is whole.',
    remedy: 'Look at what listens on port 443.',
  },
  'policy-host/http-status': {
    title: 'The policy host does not answer with 200',
    severity: 'error',
    meaning:
      'Only status 200 is a policy. With 404 the file is not where the server looks for it; 401 and 403 are access rules or a bot protection.',
    remedy:
      'Let `/.well-known/mta-sts.txt` be served without conditions. Some site generators leave folders out whose names begin with a dot.',
    example: 'location = /.well-known/mta-sts.txt { root /srv/mta-sts; default_type text/plain; }',
  },
  'policy-host/redirect': {
    title: 'The policy host redirects',
    severity: 'error',
    meaning:
      'Senders must not follow redirects of a policy. To them the policy is not there, even if a browser shows it.',
    remedy: 'Exempt the path from the rule that adds www, a slash or another host.',
  },
  'policy-host/content-type': {
    title: 'The policy is not served as text/plain',
    severity: 'warning',
    severityNote: 'strict senders refuse it',
    meaning: 'The media type should be text/plain, so that nobody takes an uploaded file for a policy.',
    remedy: 'Set `Content-Type: text/plain` for this path.',
  },
  'policy-host/content-encoding': {
    title: 'The policy is served compressed without being asked',
    severity: 'error',
    meaning: 'Nobody asked for compression; many senders cannot read it and take the policy for invalid.',
    remedy: 'Turn off compression for this path, or heed Accept-Encoding.',
  },
  'policy-host/too-large': {
    title: 'The policy host sends more than 64 KiB',
    severity: 'error',
    meaning: 'Senders stop reading. A policy has a few lines.',
    remedy: 'Look at what is served in place of the policy.',
  },
  'policy-host/certificate-name': {
    title: 'The certificate of the policy host is for another name',
    severity: 'error',
    meaning:
      'The certificate does not bear `mta-sts.<domain>`. Senders refuse the connection. Often it is the certificate of the first site of a shared server.',
    remedy:
      'Get a certificate for this name and configure it for its virtual host. A wildcard `*.<domain>` will do.',
  },
  'policy-host/certificate-expired': {
    title: 'The certificate of the policy host has expired',
    severity: 'error',
    meaning:
      'Senders cannot fetch the policy. Those who have it go on with it until its max_age; new ones deliver unprotected.',
    remedy: 'Renew it now, and find out why it was not renewed by itself.',
  },
  'policy-host/certificate-not-yet-valid': {
    title: 'The certificate of the policy host is not valid yet',
    severity: 'error',
    severityNote: 'unknown where our own clock may be wrong',
    meaning: 'Its time begins in the future. Senders refuse it until then.',
    remedy: 'Look at the clocks of the server and of this machine.',
  },
  'policy-host/certificate-untrusted': {
    title: 'The certificate of the policy host leads to no trusted CA',
    severity: 'error',
    meaning: 'The chain ends at a CA that mail servers do not know, or lacks a certificate in between.',
    remedy: 'Use a certificate of a public CA, and send the whole chain.',
  },
  'policy-host/aborted': {
    title: 'The fetch was given up',
    severity: 'unknown',
    meaning: 'The time of the whole check was over. That says nothing about the policy host.',
    remedy: 'Try again with a longer `--timeout`.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>
