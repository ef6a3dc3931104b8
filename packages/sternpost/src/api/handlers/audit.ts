import * as z from 'zod'
import type { auditContract } from '../contract/audit.ts'
import type { Handlers } from '../endpoint.ts'
import { formatCursor, readCursorAs } from '../page.ts'
import type { ApiServices } from '../services.ts'

/** Tells who changed what. */
export function auditHandlers({ access }: Pick<ApiServices, 'access'>): Handlers<typeof auditContract> {
  return {
    'GET /audit': async ({ query: { cursor, limit, who, action, subject } }) => {
      const before = cursor === undefined ? undefined : readCursorAs(z.int(), cursor)
      const records = await access.auditLog.list({ before, limit: limit + 1, who, action, subject })
      const page = records.slice(0, limit)
      return {
        items: page.map(({ at, detail, ...rest }) => ({
          ...rest,
          at: new Date(at).toISOString(),
          detail: detail as Record<string, unknown>,
        })),
        nextCursor: records.length > limit ? formatCursor(page.at(-1)?.entryId) : null,
      }
    },
  }
}
