// A thread of its own that reads the database for `QuestionPool`, so that no question stops the main thread.
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'
import type { FromReader, ReaderData, ToReader } from './question-messages.ts'

/** Statements kept prepared; the questions have fewer different ones than this. */
const MAX_PREPARED = 300
/** Of one reader, in kibibytes: enough for the upper levels of every index. */
const CACHE_KIB = 16_384

const port = parentPort!
const { file } = workerData as ReaderData
let database: DatabaseSync | undefined
const prepared = new Map<string, StatementSync>()
/** The one question that is read in chunks just now. */
let open: { readonly id: number; readonly rows: Iterator<unknown>; readonly ask: Ask } | undefined

type Ask = Extract<ToReader, { kind: 'ask' }>

port.on('message', (message: ToReader) => {
  try {
    if (message.kind === 'ask') answer(message)
    else if (open?.id !== message.id) return
    else if (message.kind === 'more') sendChunk()
    else close()
  } catch (error) {
    close()
    const { message: text, errcode } = error as Error & { errcode?: number }
    send({ kind: 'error', id: message.id, message: text, errcode })
  }
})

function answer(ask: Ask): void {
  const statement = prepare(ask.sql)
  const parameters = ask.parameters.map(value =>
    typeof value === 'boolean' ? Number(value) : (value as SQLInputValue),
  )
  if (ask.chunkRows === undefined) {
    // With `setReturnArrays` rows are arrays, which its types do not know.
    const rows = statement.all(...parameters) as unknown as unknown[][]
    send({ kind: 'rows', id: ask.id, columns: columnsOf(statement), rows, isLast: true })
    return
  }
  open = { id: ask.id, ask, rows: statement.iterate(...parameters) }
  sendChunk()
}

function sendChunk(): void {
  const { id, ask, rows } = open!
  const chunk: unknown[][] = []
  let isLast = false
  while (chunk.length < ask.chunkRows!) {
    const next = rows.next()
    if (next.done === true) {
      isLast = true
      break
    }
    chunk.push(next.value as unknown[])
  }
  if (isLast) open = undefined
  send({ kind: 'rows', id, columns: columnsOf(prepare(ask.sql)), rows: chunk, isLast })
}

/** Gives up what is read in chunks, and with it the snapshot it was read from. */
function close(): void {
  open?.rows.return?.()
  open = undefined
}

function prepare(sql: string): StatementSync {
  const known = prepared.get(sql)
  if (known !== undefined) return known
  if (prepared.size >= MAX_PREPARED) prepared.clear()
  database ??= openDatabase()
  const statement = database.prepare(sql)
  statement.setReturnArrays(true)
  prepared.set(sql, statement)
  return statement
}

function openDatabase(): DatabaseSync {
  const opened = new DatabaseSync(file, { readOnly: true, timeout: 2_000 })
  opened.exec(`PRAGMA query_only = ON; PRAGMA cache_size = -${CACHE_KIB}`)
  return opened
}

function columnsOf(statement: StatementSync): string[] {
  return statement.columns().map(({ name }) => name)
}

function send(message: FromReader): void {
  port.postMessage(message)
}
