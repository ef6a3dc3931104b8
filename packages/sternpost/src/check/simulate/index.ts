export {
  type AddressOutcome,
  type Delivery,
  deliveries,
  type HostOutcome,
  type SenderOutcome,
  type SenderProfileName,
  senderProfileNames,
} from './sender-outcome.ts'
export { simulateSenders } from './simulate-senders.ts'
