import { parseArgs } from 'node:util'

export interface BenchOptions {
  readonly kind: 'full' | 'quick'
  /** A binary of postfix-tlspol. */
  readonly tlspol: string | undefined
  /** The last part of the result's file name. */
  readonly name: string
}

export const USAGE = `npm run bench -- [--quick] [--tlspol PATH] [--name NAME]

  --quick         a short run, under 90 seconds
  --tlspol PATH   a postfix-tlspol binary to compare with; default $TLSPOL_BINARY
  --name NAME     the last part of bench/results/<date>-NAME.json; default full or quick
`

/** Reads the command line. Errors: a text for the person who typed it. */
export function readOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): BenchOptions | string {
  try {
    const { values } = parseArgs({
      args: [...argv],
      options: {
        quick: { type: 'boolean', default: false },
        tlspol: { type: 'string' },
        name: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return USAGE
    const kind = values.quick ? 'quick' : 'full'
    const name = values.name ?? kind
    if (!/^[a-z0-9-]{1,40}$/.test(name))
      return `--name has small letters, digits and hyphens only\n\n${USAGE}`
    return { kind, tlspol: values.tlspol ?? env.TLSPOL_BINARY, name }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`
  }
}
