import type { HealthPart } from '../http/index.ts'

export interface StartScreen {
  readonly version: string
  readonly socketmapAddresses: readonly string[]
  readonly httpAddress: string | undefined
  /** Undefined where there are users. */
  readonly setupUrl: string | undefined
  readonly databaseFile: string
  readonly dryRun: boolean
  /** The file or words of `LoadedConfig.source`. */
  readonly configSource: string
  readonly health: readonly HealthPart[]
  readonly invokedAs: string
  readonly color: boolean
}

/** The first words on a terminal: what runs, where, how well, and what to type next. */
export function formatStartScreen(screen: StartScreen): string {
  const paint = (codes: string, text: string) => (screen.color ? `\u001b[${codes}m${text}\u001b[0m` : text)
  const part = (name: string) => screen.health.find(one => one.name === name)
  const rows: [string, string][] = [
    ['Postfix asks at', screen.socketmapAddresses.join(', ')],
    ['dashboard', screen.httpAddress === undefined ? 'off' : `http://${screen.httpAddress}`],
  ]
  if (screen.setupUrl !== undefined) rows.push(['first sign-in', `${screen.setupUrl} (works once)`])
  const dns = part('dns')
  if (dns !== undefined) rows.push(['DNSSEC', marked(dns, paint)])
  const reports = part('reports')
  if (reports !== undefined) rows.push(['TLS reports', marked(reports, paint)])
  const policyHost = part('policy-host')
  if (policyHost !== undefined) rows.push(['policy host', marked(policyHost, paint)])
  const store = part('store')
  rows.push([
    'state',
    store === undefined || store.state === 'ok' ? screen.databaseFile : marked(store, paint),
  ])
  rows.push(['settings', screen.configSource])
  // Everything that is not well is said, also of parts that have no row of their own.
  const unwell = screen.health.filter(
    ({ name, state }) => state !== 'ok' && !['dns', 'store', 'reports', 'policy-host'].includes(name),
  )
  for (const one of unwell) rows.push([one.name, marked(one, paint)])
  if (screen.dryRun) rows.push(['dry run', paint('33', 'every answer is "not found": no mail is touched')])

  const width = Math.max(...rows.map(([label]) => label.length))
  const commands: [string, string][] = [
    [`${screen.invokedAs} check example.com`, 'what is wrong with a domain, and the line to change'],
    [`${screen.invokedAs} lookup example.com`, 'what a mail server is told about a domain, and why'],
    [`${screen.invokedAs} setup postfix`, 'what to put into main.cf'],
    [`${screen.invokedAs} domain add example.com`, 'publish a policy for a domain of yours'],
    [`${screen.invokedAs} report import PATH`, 'take in the TLS reports others sent you'],
  ]
  const commandWidth = Math.max(...commands.map(([command]) => command.length))
  return [
    '',
    `${paint('1', 'Sternpost')} ${screen.version}`,
    '',
    ...rows.map(([label, text]) => `  ${label.padEnd(width)}  ${text}`),
    '',
    'Next, in another terminal:',
    '',
    ...commands.map(([command, about]) => `  ${paint('36', command.padEnd(commandWidth))}  ${about}`),
    '',
    'Ctrl-C stops it. Only changes and faults are logged from here on.',
    '',
    '',
  ].join('\n')
}

function marked(part: HealthPart, paint: (codes: string, text: string) => string): string {
  return part.state === 'ok' ? part.message : paint(part.state === 'down' ? '31' : '33', part.message)
}
