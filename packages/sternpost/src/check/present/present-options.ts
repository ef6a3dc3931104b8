/** What the formats need to know beside the results. */
export interface PresentOptions {
  /** Of this program. */
  readonly version: string
  /** What the catalogue says of a code; undefined where it is not of this version. */
  readonly proseOf: (code: string) => FindingProse | undefined
}

export interface FindingProse {
  readonly title: string
  readonly meaning: string
  readonly remedy: string
}
