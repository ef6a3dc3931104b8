/** Who listens where in the ground. All of 127.0.0.0/8 is ours: the network namespace holds nothing else. */
export const RESOLVER_ADDRESS = '127.0.0.53'
export const NAME_SERVER_ADDRESS = '127.0.0.54'
export const POSTFIX_310_ADDRESS = '127.0.3.10'
export const POSTFIX_37_ADDRESS = '127.0.3.7'
/** Where its name leads, as a certificate names no address. */
export const DOVECOT_NAME = 'localhost'
export const DOVECOT_ADDRESS = '127.0.0.1'
/** Where the MX host of our own domain is, which takes reports. */
export const REPORT_INTAKE_ADDRESS = '127.0.25.60'
/** Where policies of ours are served, and where authorities look for answers to challenges. */
export const POLICY_HOST_ADDRESS = '127.0.80.43'
/** The two name servers that take updates. */
export const BIND_ADDRESS = '127.0.53.1'
export const KNOT_ADDRESS = '127.0.53.2'
