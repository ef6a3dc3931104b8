import type { reportsContract } from '../../contract/reports.ts'
import type { Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'
import { reportExportHandlers } from './export.ts'
import { reportListHandlers } from './list-and-show.ts'
import { reportQuestionHandlers } from './questions.ts'
import { reportUploadHandlers } from './upload.ts'

/** TLS reports that came in: listed, explained, asked about, taken in, handed out. */
export function reportsHandlers(services: ApiServices): Handlers<typeof reportsContract> {
  return {
    ...reportListHandlers(services),
    ...reportQuestionHandlers(services),
    ...reportExportHandlers(services),
    ...reportUploadHandlers(services),
  }
}
