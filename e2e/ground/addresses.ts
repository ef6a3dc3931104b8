/** Who listens where in the ground. All of 127.0.0.0/8 is ours: the network namespace holds nothing else. */
export const RESOLVER_ADDRESS = '127.0.0.53'
export const NAME_SERVER_ADDRESS = '127.0.0.54'
export const POSTFIX_310_ADDRESS = '127.0.3.10'
export const POSTFIX_37_ADDRESS = '127.0.3.7'
