import * as z from 'zod'
import { ApiProblem } from './api-problem.ts'

/** The query of a list that is read page by page. */
export const pageQuery = {
  cursor: z
    .string()
    .max(512)
    .optional()
    .describe('`nextCursor` of the page before; none for the first page.'),
  limit: z.coerce.number().int().min(1).max(500).default(100).describe('Entries of a page at most.'),
}

/** A page: its entries, and the cursor of the next where there is one. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() })
}

/** Writes where a page ended as text for a URL; what is in it is the server's own affair. */
export function formatCursor(position: unknown): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url')
}

/** Reads a cursor back. Errors: `api/bad-request` where it is none of ours. */
export function readCursorAs<T>(schema: z.ZodType<T>, cursor: string): T {
  try {
    return schema.parse(JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')))
  } catch {
    throw new ApiProblem('api/bad-request', 'the cursor is none of this list', {
      remedy: 'Begin again without a cursor.',
    })
  }
}
