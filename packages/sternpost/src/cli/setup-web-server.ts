import { type Command, Option } from 'commander'
import { type WebServer, webServerSnippet, webServers } from '../setup/index.ts'
import { type CommandIo, errLine, type GlobalOptions, needConfig, outJson } from './command-io.ts'
import { exitCode } from './exit-code.ts'

interface WebServerOptions extends GlobalOptions {
  readonly from: 'proxy' | 'files'
  readonly files?: string
}

/** Where the policy host listens for a proxy unless the configuration says otherwise. */
const DEFAULT_PROXIED = { host: '127.0.0.1', port: 8462 } as const
const FOLDER = '/var/www/mta-sts'

/** `sternpost setup nginx|apache|caddy|lighttpd DOMAIN`. */
export function registerSetupWebServers(setup: Command, io: CommandIo): void {
  for (const server of webServers) {
    setup
      .command(server)
      .description(`print what has ${server} serve the policy of a domain`)
      .argument('<domain>')
      .addOption(
        new Option('--from <source>', 'the policy host behind it, or the files of domain export --static')
          .choices(['proxy', 'files'])
          .default('proxy'),
      )
      .option('--files <dir>', `where those files are (default: ${FOLDER})`)
      .action(async (name: string, _options: unknown, command: Command) => {
        await printSnippet(io, server, command.optsWithGlobals<WebServerOptions>(), name)
      })
  }
}

async function printSnippet(
  io: CommandIo,
  server: WebServer,
  options: WebServerOptions,
  name: string,
): Promise<void> {
  const { readDomain, WishError } = await import('./domain-wishes.ts')
  const loaded = needConfig(io, options)
  if (loaded === undefined) return
  try {
    const domain = readDomain(name)
    const isFiles = options.from === 'files' || options.files !== undefined
    const [proxied] = loaded.config.publish.policyHost.plainHttp
    const { host, port } = proxied ?? DEFAULT_PROXIED
    const folder = options.files ?? FOLDER
    if (!/^\/[A-Za-z0-9._/-]*$/.test(folder))
      throw new WishError('--files needs a path that begins with / and holds letters, digits, and . _ - only')
    const text = webServerSnippet(server, {
      domain,
      source: isFiles ? { kind: 'files', folder } : { kind: 'proxy', host, port },
    })
    if (options.json === true) return outJson(io, { server, domain, text })
    io.out(text)
    if (isFiles) io.err(`The files: ${io.invokedAs} domain export --static ${folder}\n`)
    else if (proxied === undefined)
      io.err(`Sternpost must listen there: publish.policyHost.plainHttp: ['${host}:${port}']\n`)
  } catch (error) {
    if (!(error instanceof WishError)) throw error
    errLine(io, error.message)
    io.end(exitCode.usage)
  }
}
