/** From bytes to JSON: mail, archives and compression taken off within limits. */
export { unpackDocument } from './unpack-document.ts'
