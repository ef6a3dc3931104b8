type Part = string | { readonly repeat: string; readonly times: number }

/** The text a vector stands for: its `input`, or its `inputParts` joined. */
export function vectorText(vector: {
  readonly input?: string
  readonly inputParts?: readonly Part[]
}): string {
  if (vector.input !== undefined) return vector.input
  return (vector.inputParts ?? [])
    .map(part => (typeof part === 'string' ? part : part.repeat.repeat(part.times)))
    .join('')
}
