/** What passes between the main thread and a thread that answers questions. */
export type ToReader =
  | {
      readonly kind: 'ask'
      readonly id: number
      readonly sql: string
      readonly parameters: readonly unknown[]
      /** Undefined answers with all rows at once; otherwise that many, and more when asked. */
      readonly chunkRows: number | undefined
    }
  | { readonly kind: 'more' | 'stop'; readonly id: number }

export type FromReader =
  | {
      readonly kind: 'rows'
      readonly id: number
      readonly columns: readonly string[]
      /** Values in the order of the columns: names in every row would cost more to pass than the values. */
      readonly rows: readonly (readonly unknown[])[]
      readonly isLast: boolean
    }
  | {
      readonly kind: 'error'
      readonly id: number
      readonly message: string
      /** SQLite's, where it is an error of SQLite. */
      readonly errcode: number | undefined
    }

/** What a reader is started with. */
export interface ReaderData {
  readonly file: string
}
