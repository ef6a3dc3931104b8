/** Where documents come from when somebody hands them over: files, folders, mailboxes, standard input. */
export { readSources, type SourceOptions } from './read-sources.ts'
export type { SourceItem } from './source-item.ts'
export { walkFiles } from './walk-files.ts'
