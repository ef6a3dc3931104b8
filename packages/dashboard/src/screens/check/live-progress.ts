/** What a running check has told so far. */
export interface Progress<Finding> {
  readonly parts: readonly PartProgress[]
  readonly findings: readonly Finding[]
}

export interface PartProgress {
  readonly part: string
  /** A name or a host. */
  readonly what: string
  readonly state: 'begun' | 'done'
}

export type ProgressEvent<Finding> =
  | { readonly kind: 'part'; readonly part: PartProgress }
  | { readonly kind: 'finding'; readonly finding: Finding }
  /** Everything will be told again from the beginning. */
  | { readonly kind: 'again' }

/** Takes one event into the progress. A part that was told before is replaced in its place. */
export function advanceProgress<Finding>(
  progress: Progress<Finding>,
  event: ProgressEvent<Finding>,
): Progress<Finding> {
  switch (event.kind) {
    case 'again':
      return { parts: [], findings: [] }
    case 'finding':
      return { ...progress, findings: [...progress.findings, event.finding] }
    case 'part': {
      const { part } = event
      const at = progress.parts.findIndex(each => each.part === part.part && each.what === part.what)
      return { ...progress, parts: at === -1 ? [...progress.parts, part] : progress.parts.with(at, part) }
    }
  }
}
