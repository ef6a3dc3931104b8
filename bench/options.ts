import { parseArgs } from 'node:util'

/**
 * The server that Postfix asks, beside its peers; the reports that others send; checks of lists of domains; the
 * policies that others fetch; what users of the dashboard wait for, of its calls and of its pages.
 */
export const parts = ['socketmap', 'reports', 'check', 'publish', 'api', 'dashboard'] as const
export type Part = (typeof parts)[number]

export interface BenchOptions {
  readonly kind: 'full' | 'quick'
  /** What is measured, in this order. */
  readonly parts: readonly Part[]
  /** A binary of postfix-tlspol. */
  readonly tlspol: string | undefined
  /** The command of checkdmarc, as pip installs it. */
  readonly checkdmarc: string | undefined
  /** How many files `report import` is given; undefined leaves it to the plan. */
  readonly files: number | undefined
  /** How many domains without mail a list has; undefined leaves it to the plan. */
  readonly domains: number | undefined
  /** The last part of the result's file name. */
  readonly name: string
}

export const USAGE = `npm run bench -- [PART…] [--quick] [--tlspol PATH] [--checkdmarc PATH] [--files N] [--domains N]
                     [--name NAME]

  PART            socketmap (beside its peers), reports (that others send), check (of lists),
                  publish (policies that others fetch, beside nginx), api (the calls that users of the
                  dashboard wait for), dashboard (its pages in Chromium); default all
  --quick         a short run, under two minutes
  --tlspol PATH   a postfix-tlspol binary to compare with; default $TLSPOL_BINARY
  --checkdmarc PATH
                  a checkdmarc to compare with; default $CHECKDMARC
  --files N       files that \`report import\` is given; default 100000, with --quick 10000
  --domains N     domains without mail in the long list of check; default 100000, with --quick 5000
  --name NAME     the last part of bench/results/<date>-NAME.json; default full or quick, with the part if it is one
`

/** Reads the command line. Errors: a text for the person who typed it. */
export function readOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): BenchOptions | string {
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        quick: { type: 'boolean', default: false },
        tlspol: { type: 'string' },
        checkdmarc: { type: 'string' },
        files: { type: 'string' },
        domains: { type: 'string' },
        name: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    })
    if (values.help) return USAGE
    const other = positionals.find(word => !isPart(word))
    if (other !== undefined) return `there is no part ${other}\n\n${USAGE}`
    const chosen = positionals.length === 0 ? parts : parts.filter(part => positionals.includes(part))
    const kind = values.quick ? 'quick' : 'full'
    const name = values.name ?? [...(chosen.length === 1 ? chosen : []), kind].join('-')
    if (!/^[a-z0-9-]{1,40}$/.test(name))
      return `--name has small letters, digits and hyphens only\n\n${USAGE}`
    if (values.files !== undefined && !/^[1-9][0-9]{0,6}$/.test(values.files))
      return `--files is a number from 1 to 9999999\n\n${USAGE}`
    if (values.domains !== undefined && !/^[1-9][0-9]{0,5}$/.test(values.domains))
      return `--domains is a number from 1 to 999999\n\n${USAGE}`
    const domains = values.domains === undefined ? undefined : Number(values.domains)
    const files = values.files === undefined ? undefined : Number(values.files)
    const tlspol = values.tlspol ?? env.TLSPOL_BINARY
    const checkdmarc = values.checkdmarc ?? env.CHECKDMARC
    return { kind, parts: chosen, files, domains, name, tlspol, checkdmarc }
  } catch (error) {
    return `${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`
  }
}

function isPart(word: string): word is Part {
  return parts.some(part => part === word)
}
