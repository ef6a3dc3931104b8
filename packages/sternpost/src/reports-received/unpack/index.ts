/** From bytes to JSON: mail, archives and compression taken off within limits. */

export { formatBytes } from './limits.ts'
export { unpackDocument } from './unpack-document.ts'
