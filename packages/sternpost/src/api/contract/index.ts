import { outboundContract } from './outbound.ts'
import { statusContract } from './status.ts'

/** Everything the API can do. The dashboard and clients take their types from here. */
export const contract = {
  ...outboundContract,
  ...statusContract,
}
export type ApiContract = typeof contract
