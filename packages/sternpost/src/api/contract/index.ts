import { statusContract } from './status.ts'

/** Everything the API can do. The dashboard and clients take their types from here. */
export const contract = {
  ...statusContract,
}
export type ApiContract = typeof contract
