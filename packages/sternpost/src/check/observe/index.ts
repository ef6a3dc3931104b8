export { type CheckInput, readCheckInput } from './read-check-input.ts'
