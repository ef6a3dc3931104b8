/** Domains whose policy we publish. */
export interface PublishedDomainTable {
  domain: string
  /** What the owner wants, not what is served: a change reaches senders in steps. */
  mode: string
  max_age_seconds: number
  /** JSON list of strings, in the order of the policy. */
  mx_patterns: string
  /** JSON list of URIs; empty where no TLS report is asked for. */
  tls_rpt_rua: string
  dns_writer: string
  dns_apply: string
  delegation: string
  policy_id_form: string
  /** JSON of `BimiFacts`, or null. */
  bimi: string | null
  /** JSON list of `TlsaFacts`. */
  tlsa: string
  /** The version the policy host gives out; null where it gives out none. */
  served_policy_id: string | null
  added_at: number
  changed_at: number
  /** Counts changes. */
  revision: number
}

/** Every policy ever given a name, kept also after its domain is gone: some cache may still hold it. */
export interface PolicyVersionTable {
  domain: string
  policy_id: string
  /** The file byte for byte. */
  text: string
  created_at: number
  /** Since when, and until when, senders could fetch it; `last_served_at` is null while they can. */
  first_served_at: number | null
  last_served_at: number | null
  /** When its id was seen at the authoritative servers first. */
  announced_at: number | null
  /** When it was fetched from our policy host the last time, to the hour. */
  last_fetched_at: number | null
}
