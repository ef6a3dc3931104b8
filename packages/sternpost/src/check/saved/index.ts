export {
  checkResultJsonSchema,
  checkResultSchema,
  parseSavedResult,
  type SavedResult,
} from './check-result-schema.ts'
export { readSavedResults } from './read-saved-results.ts'
