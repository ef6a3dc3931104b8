/** The version of this package, as its package.json has it; told to policy hosts in the User-Agent. */
export const NETWORK_VERSION = '0.1.0'
