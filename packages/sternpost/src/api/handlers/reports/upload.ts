import { ReportNotStoredError, tellReport } from '../../../reports-received/index.ts'
import { ApiProblem } from '../../api-problem.ts'
import type { reportsContract } from '../../contract/reports.ts'
import type { Handlers } from '../../endpoint.ts'
import type { ApiServices } from '../../services.ts'

/** Takes in a file of reports that a person uploads. */
export function reportUploadHandlers(
  services: ApiServices,
): Pick<Handlers<typeof reportsContract>, 'POST /reports'> {
  return {
    'POST /reports': async ({ body, query, ip, audit }) => {
      const { fileName } = query
      const verdict = await services.reportIntake
        .take({
          channel: 'upload',
          bytes: body,
          receivedAt: services.clock.now(),
          sourceAddress: ip,
          ...(fileName === undefined ? {} : { fileName }),
        })
        .catch((error: unknown) => {
          if (!(error instanceof ReportNotStoredError)) throw error
          throw new ApiProblem('api/unavailable', error.message, { retryAfterSeconds: 10 })
        })
      const reports = verdict.reports.flatMap(({ reportRowId, report, notes, isDuplicate, isQuarantined }) =>
        reportRowId === undefined
          ? []
          : {
              id: reportRowId,
              domains: [...new Set(report.policies.map(({ policyDomain }) => policyDomain ?? ''))],
              isDuplicate,
              isQuarantined,
              ...tellReport({ report, notes }),
            },
      )
      await audit('report.upload', fileName ?? 'a file', {
        verdict: verdict.verdict,
        reports: reports.slice(0, 20).map(({ id }) => id),
      })
      return {
        verdict: verdict.verdict,
        ...(verdict.reason === undefined ? {} : { reason: verdict.reason }),
        ...(verdict.code === undefined ? {} : { code: verdict.code }),
        reports,
      }
    },
  }
}
