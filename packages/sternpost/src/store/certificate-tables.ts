/** The certificate served for one host, with its key. */
export interface CertificateTable {
  /** The name in it, such as `mta-sts.example.com`. */
  host: string
  /** PEM, the leaf first. */
  chain_pem: string
  /** PEM (PKCS #8). */
  key_pem: string
  not_before: number
  not_after: number
  /** The directory of the authority it came from. */
  directory_url: string
  issued_at: number
}

/** One host for which certificates are ordered: when, how it went, and what an order under way needs to go on. */
export interface CertificateOrderTable {
  host: string
  /** 1 where there is a certificate, which is to be renewed before others are ordered for the first time. */
  is_held: number
  next_try_at: number
  /** Tries that failed since the last certificate came. */
  failures: number
  last_tried_at: number | null
  /** A code of `certificateIssues`; null after a success. */
  last_error: string | null
  last_error_message: string | null
  /** When the authority is next asked for its advice on renewal (RFC 9773). */
  next_advice_at: number | null
  /** What it advised: renew no later than within this window. */
  advised_at: number | null
  /** The process at work on this host, and until when nobody else takes it. */
  claimed_by: string | null
  claimed_until: number | null
  /** The order under way, and the key of the certificate it will give. */
  order_directory_url: string | null
  order_url: string | null
  order_key_pem: string | null
}

/** Our account at one authority. */
export interface AcmeAccountTable {
  directory_url: string
  account_url: string
  key_pem: string
  created_at: number
}

/** How many orders one authority may still be sent, as a bucket that fills with time. */
export interface AcmeBudgetTable {
  directory_url: string
  orders_left: number
  filled_at: number
  /** No order before this time, as the authority said. */
  paused_until: number
  /** Refusals for too many requests since the last order that went well. */
  refusals: number
}
