export {
  checkResultJsonSchema,
  checkResultSchema,
  parseSavedResult,
  type SavedResult,
} from './check-result-schema.ts'
export { findingSchema, findingSubjectSchema } from './finding-schema.ts'
export { readSavedResults } from './read-saved-results.ts'
