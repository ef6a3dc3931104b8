import { type Expression, type SqlBool, sql } from 'kysely'

/** Whether a column of names holds a text that a person typed; what is a pattern to SQL is none here. */
export function namesWith(column: string, text: string): Expression<SqlBool> {
  const pattern = `%${text.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  return sql<SqlBool>`${sql.ref(column)} like ${pattern} escape '\\'`
}
