import { type DomainName, quote } from '@sternpost/protocol'
import { parse } from 'csv-parse/sync'
import type { DomainWishes } from '../publish/index.ts'
import { readDomain, readWishes, WishError } from './domain-wishes.ts'

/** Columns of the file, in the order in which `domain export` writes them. */
export const csvColumns = [
  'domain',
  'mx',
  'max_age',
  'rua',
  'mode',
  'delegation',
  'id_form',
  'dns_writer',
  'dns_apply',
] as const
export type CsvColumn = (typeof csvColumns)[number]

/** One line of the file: a domain with its wishes, or what is wrong with it. */
export type CsvLine =
  | { readonly line: number; readonly ok: true; readonly domain: DomainName; readonly wishes: DomainWishes }
  | { readonly line: number; readonly ok: false; readonly message: string }

const MAX_FIELD_CHARACTERS = 20_000

/**
 * Reads domains from CSV (RFC 4180); the first line names the columns, in any order.
 *
 * Errors: `WishError` where the file as a whole is not in this form; what is wrong with a single line is told in it.
 */
export function readDomainCsv(text: string): CsvLine[] {
  const rows = readRows(text)
  const [head, ...lines] = rows
  if (head === undefined) throw new WishError('the file is empty; its first line names the columns')
  const columns = head.record.map(name => name.trim().toLowerCase())
  const unknown = columns.find(name => !(csvColumns as readonly string[]).includes(name))
  if (unknown !== undefined)
    throw new WishError(`line 1: there is no column ${quote(unknown)}; there are ${csvColumns.join(', ')}`)
  if (!columns.includes('domain')) throw new WishError('line 1: the column domain is missing')
  if (new Set(columns).size < columns.length) throw new WishError('line 1: a column stands twice')
  const seen = new Map<string, number>()
  return lines.map(({ record, line }): CsvLine => {
    try {
      if (record.length !== columns.length)
        throw new WishError(`${record.length} fields where line 1 names ${columns.length} columns`)
      const { domain, wishes } = readLine(
        new Map(columns.map((name, index) => [name, record[index]?.trim() ?? ''])),
      )
      const before = seen.get(domain)
      if (before !== undefined) throw new WishError(`${domain} stands in line ${before} already`)
      seen.set(domain, line)
      return { line, ok: true, domain, wishes }
    } catch (error) {
      if (!(error instanceof WishError)) throw error
      return { line, ok: false, message: error.message }
    }
  })
}

function readLine(fields: ReadonlyMap<string, string>) {
  const field = (name: CsvColumn) => {
    const text = fields.get(name) ?? ''
    if (text.length > MAX_FIELD_CHARACTERS) throw new WishError(`the field ${name} is too long`)
    return text === '' ? undefined : text
  }
  const list = (name: CsvColumn) => {
    const text = field(name)
    return text === undefined ? undefined : [text]
  }
  const domain = field('domain')
  if (domain === undefined) throw new WishError('the field domain is empty')
  return {
    domain: readDomain(domain),
    wishes: readWishes({
      mx: list('mx'),
      maxAge: field('max_age'),
      rua: list('rua'),
      mode: field('mode'),
      delegation: field('delegation'),
      idForm: field('id_form'),
      dnsWriter: field('dns_writer'),
      dnsApply: field('dns_apply'),
    }),
  }
}

function readRows(text: string): { readonly record: string[]; readonly line: number }[] {
  try {
    const rows = parse(text, {
      bom: true,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      comment: '#',
      comment_no_infix: true,
    }) as unknown as { record: string[]; info: { lines: number } }[]
    return rows.map(({ record, info }) => ({ record, line: info.lines }))
  } catch (error) {
    throw new WishError(`the file is no CSV: ${error instanceof Error ? error.message : String(error)}`)
  }
}
