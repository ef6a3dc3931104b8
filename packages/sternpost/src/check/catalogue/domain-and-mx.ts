import { type CheckRow, type FindingPage, lasting, passing } from './finding-page.ts'

export const domainAndMxRows = {
  'domain/no-name': {
    clause: 'RFC 8020 §2',
    ...lasting,
    severity: 'error',
    title: 'The domain does not exist',
    meaning:
      'DNS says that there is no such name (NXDOMAIN). No mail can be sent to it, and everything else that could be said of it is moot.',
    remedy:
      'Look for a typing error first. If the name is right, look at the registration: an expired domain and a delegation to name servers that do not know the zone look like this.',
  },
  'file/unreadable': {
    clause: 'local',
    ...passing,
    severity: 'unknown',
    title: 'A file cannot be read',
    meaning:
      'It is not there, is a folder or a device, or the system does not let us read it. Nothing is known of it.',
    remedy: 'Look at the name and the permissions.',
  },
  'mx/none': {
    clause: 'RFC 5321 §5.1',
    ...lasting,
    severity: 'advice',
    title: 'The domain takes no mail',
    meaning:
      'There is neither an MX record nor an address record, so senders keep the mail and try again until it comes back as undeliverable, which takes days.',
    remedy: 'Publish an MX record, or a null MX if the domain shall take no mail: senders then know at once.',
    example: 'example.com. IN MX 0 .',
  },
  'mx/implicit': {
    clause: 'RFC 5321 §5.1',
    ...lasting,
    severity: 'advice',
    title: 'No MX record, the domain is its own MX host',
    meaning:
      'Without an MX record mail goes to the addresses of the domain itself. An MTA-STS policy must then list the domain, and the certificate must bear its name.',
    remedy: 'Publish an MX record that names the mail server, so that nobody has to rely on the fallback.',
    example: 'example.com. IN MX 10 mail.example.com.',
  },
  'mx/null': {
    clause: 'RFC 7505 §3',
    ...lasting,
    severity: 'advice',
    title: 'Null MX: the domain takes no mail',
    meaning:
      'Senders bounce mail to this domain at once. MTA-STS, TLS reports and DANE have nothing to protect here.',
    remedy: 'Nothing is to be done, unless the domain should take mail.',
  },
  'mx/null-beside-others': {
    clause: 'RFC 7505 §3',
    ...lasting,
    severity: 'error',
    title: 'A null MX beside other MX records',
    meaning:
      'A null MX says that no mail is taken and must stand alone. Some senders bounce everything, others use the other hosts.',
    remedy: 'Remove either the null MX or all the others.',
  },
  'mx/parked-unprotected': {
    clause: 'RFC 7505 §1',
    ...lasting,
    severity: 'advice',
    title: 'A domain without mail that does not say so',
    meaning:
      'The domain takes no mail, but nothing tells the world: mail to it waits for days in the queues of others, and mail that pretends to come from it is not refused.',
    remedy: 'Publish a null MX, an SPF record that allows nobody, and a DMARC record with p=reject.',
    example:
      'example.com.        IN MX  0 .\nexample.com.        IN TXT "v=spf1 -all"\n_dmarc.example.com. IN TXT "v=DMARC1; p=reject;"',
  },
  'mx/dangling': {
    clause: 'RFC 5321 §5.1',
    ...lasting,
    severity: 'error',
    title: 'An MX host has no address',
    meaning:
      'Senders cannot reach this host and go to the next one; if there is none, the mail waits and comes back.',
    remedy:
      'Publish an address record for the host, or remove it from the MX records. A host under a domain that anybody can register is worse than a missing one.',
  },
  'mx/alias': {
    clause: 'RFC 2181 §10.3',
    ...lasting,
    severity: 'warning',
    title: 'An MX host is an alias (CNAME)',
    meaning:
      'The name of an MX record must not be an alias. Most senders deliver all the same, but they disagree on the name: MTA-STS checks the name in the MX record, DANE looks for TLSA records at the end of the alias first.',
    remedy: 'Let the MX record name the host that the alias points at, or give the host address records.',
  },
  'mx/address': {
    clause: 'RFC 1035 §3.3.9',
    ...lasting,
    severity: 'error',
    title: 'An MX record holds an IP address',
    meaning:
      'The target of an MX record is a host name. Senders ask DNS for a host with the name 192.0.2.1, find none and do not deliver.',
    remedy: 'Give the server a name with an address record, and put that name into the MX record.',
    example: 'example.com.      IN MX 10 mail.example.com.\nmail.example.com. IN A  192.0.2.1',
  },
  'mx/duplicate': {
    clause: 'RFC 5321 §5.1',
    ...lasting,
    severity: 'advice',
    title: 'An MX host stands twice',
    meaning: 'The same host is listed more than once. Senders try it again after it failed, to no use.',
    remedy: 'Keep one record for each host.',
  },
  'mx/too-many': {
    clause: 'RFC 5321 §5.1',
    ...lasting,
    severity: 'warning',
    title: 'More MX hosts than senders try',
    meaning:
      'Senders stop after a handful of hosts, and many look at no more than they have room for. We looked at the first ones only, too.',
    remedy: 'Keep the hosts that take mail, and put many machines behind one name.',
  },
  'mx/unregistrable': {
    clause: 'RFC 8461 §10.1',
    ...lasting,
    severity: 'error',
    title: 'An MX host lies under a name nobody owns',
    meaning:
      'The domain of this host is not registered. Whoever registers it receives the mail, and can get certificates for it.',
    remedy: 'Remove the record now.',
  },
  'mx/private-address': {
    clause: 'RFC 6890 §2.2.2',
    ...lasting,
    severity: 'warning',
    title: 'An MX host has an address that is not public',
    meaning:
      'Senders elsewhere cannot reach this address; they lose time with it, or reach a machine of their own network.',
    remedy: 'Publish public addresses only; keep internal ones in an internal view of the zone.',
  },
  'mx/ipv6-missing': {
    clause: 'RFC 5321 §5.2',
    ...lasting,
    severity: 'advice',
    title: 'No MX host has an IPv6 address',
    meaning: 'Mail arrives over IPv4 only. Senders with IPv6 alone cannot deliver.',
    remedy: 'Add an AAAA record to at least one MX host, once the server listens there and has a PTR record.',
  },
  'mx/provider': {
    clause: 'RFC 5321 §5.1',
    ...lasting,
    severity: 'advice',
    title: 'The mail is taken by a known provider',
    meaning:
      'The MX hosts belong to a provider. Their certificates, TLS settings and TLSA records are its business; the MTA-STS policy is yours.',
    remedy: 'Use the patterns the provider documents for the policy; they change less often than host names.',
  },
  'mx/ehlo-name': {
    clause: 'RFC 5321 §4.1.1.1',
    ...lasting,
    severity: 'advice',
    title: 'Greeting and reverse name differ from the MX host',
    meaning:
      'The server greets under another name, or the PTR record of its address leads elsewhere. This does not matter for receiving mail; senders that are strict about it are rare.',
    remedy: 'Let address record, PTR record and greeting say the same name where that is easy.',
  },
} as const satisfies Readonly<Record<string, CheckRow>>

/** Pages of `name/…`: a text that should be a domain and is none. */
export const namePages = {
  'name/empty': {
    title: 'A name is missing',
    severity: 'error',
    meaning: 'Where a domain is expected there is nothing.',
    remedy: 'Give a domain such as example.com.',
  },
  'name/too-long': {
    title: 'A name is too long',
    severity: 'error',
    meaning: 'DNS has no names of more than 253 characters; nobody can look this one up.',
    remedy: 'Look for something pasted by mistake, such as a whole URL.',
  },
  'name/label-length': {
    title: 'A part of a name is empty or too long',
    severity: 'error',
    meaning: 'Between two dots there must be 1 to 63 characters.',
    remedy: 'Look for a doubled dot, or for two names that ran together.',
  },
  'name/character': {
    title: 'A name holds a character that names cannot have',
    severity: 'error',
    meaning:
      'Host names are made of letters, digits, hyphens and dots. Senders do not look up anything else.',
    remedy: 'Look for spaces, slashes, an @ or a port number that came along when the name was copied.',
  },
  'name/hyphen': {
    title: 'A part of a name begins or ends with a hyphen',
    severity: 'error',
    meaning: 'Such names cannot be registered, and much software refuses them.',
    remedy: 'Look for a typing error.',
  },
  'name/u-label': {
    title: 'A name has letters beyond ASCII',
    severity: 'error',
    meaning:
      'In DNS and in policies internationalised names are written as A-labels (xn--…). A name with other letters matches no host.',
    remedy: 'Write the A-label form: bücher.example is xn--bcher-kva.example.',
  },
  'name/address': {
    title: 'An IP address where a name is needed',
    severity: 'error',
    meaning: 'MTA-STS, TLS reports and DANE belong to domains. There is nothing of the kind for an address.',
    remedy: 'Give the domain that stands behind the @ of the mail addresses.',
  },
  'name/single-label': {
    title: 'A name with one part only',
    severity: 'error',
    meaning: 'Mail on the Internet goes to names with at least two parts, such as example.com.',
    remedy: 'Give the whole domain.',
  },
} as const satisfies Readonly<Record<string, FindingPage>>
