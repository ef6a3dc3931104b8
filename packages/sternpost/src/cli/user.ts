import { type Command, Option } from 'commander'
import type { Role } from '../access/index.ts'
import type { CommandIo, GlobalOptions } from './command-io.ts'
import { several } from './domain-options.ts'
import type { AddUserOptions } from './user-add.ts'
import type { SetUserOptions } from './user-set.ts'
import type { AddTokenOptions } from './user-token-add.ts'

/** Named here, so that the room of users is loaded by its commands only. */
const roles = ['viewer', 'operator', 'admin'] as const satisfies readonly Role[]

/** `sternpost user …`: what each command does stands in a file `user-*.ts`, loaded when it is called. */
export function registerUser(program: Command, io: CommandIo): void {
  const user = program
    .command('user')
    .description('people who may sign in to the dashboard and the API, and their tokens')
  registerUsers(user, io)
  registerTokens(user.command('token').description('API tokens: what programs use in place of a user'), io)
}

function registerUsers(user: Command, io: CommandIo): void {
  user
    .command('add')
    .description('add a user; the password is asked for')
    .argument('<name>', 'letters, digits and . _ + @ -')
    .addOption(
      new Option('--role <role>', 'viewer looks, operator changes what is published, admin keeps users too')
        .choices(roles)
        .default('viewer'),
    )
    .option('--domain <name>', 'sees and changes this domain only; several times (default: all)', several)
    .option('--password-stdin', 'read the password from the first line of standard input')
    .option('--no-password', 'without a password: signs in by OpenID Connect (access.oidc) only')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { addUser } = await import('./user-add.ts')
      await addUser(io, command.optsWithGlobals<AddUserOptions>(), name)
    })
  user
    .command('list')
    .description('list the users, by name')
    .action(async (_options: unknown, command: Command) => {
      const { listUsers } = await import('./user-list.ts')
      await listUsers(io, command.optsWithGlobals<GlobalOptions>())
    })
  user
    .command('set')
    .description('change the role, the domains or the password of a user')
    .argument('<name>')
    .addOption(new Option('--role <role>', 'from now on').choices(roles))
    .option('--domain <name>', 'sees and changes this domain only; several times', several)
    .option('--all-domains', 'sees and changes all domains')
    .option('--password', 'ask for a new password; all sessions of the user end')
    .option('--password-stdin', 'read the new password from the first line of standard input')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { setUser } = await import('./user-set.ts')
      await setUser(io, command.optsWithGlobals<SetUserOptions>(), name)
    })
  user
    .command('remove')
    .description('remove a user with all sessions and tokens; the last admin stays')
    .argument('<name>')
    .action(async (name: string, _options: unknown, command: Command) => {
      const { removeUser } = await import('./user-remove.ts')
      await removeUser(io, command.optsWithGlobals<GlobalOptions>(), name)
    })
}

function registerTokens(token: Command, io: CommandIo): void {
  token
    .command('add')
    .description('make a token for a user; it is printed once and kept nowhere')
    .argument('<user>', 'whose rights it has at most')
    .argument('<name>', 'what it is for, such as "monitoring"')
    .option('--scope <scope>', 'what it may do, such as reports:read; several times', several)
    .option('--domain <name>', 'for this domain only; several times (default: those of the user)', several)
    .option('--expires <time>', 'how long it holds, such as 90d, or `never`', '90d')
    .addHelpText(
      'after',
      '\nScopes: status, reports, domains, outbound, checks and access, each with :read; reports, domains, checks and access also with :write.',
    )
    .action(async (user: string, name: string, _options: unknown, command: Command) => {
      const { addToken } = await import('./user-token-add.ts')
      await addToken(io, command.optsWithGlobals<AddTokenOptions>(), user, name)
    })
  token
    .command('list')
    .description('list the tokens of a user, or of all; never what they are')
    .argument('[user]')
    .action(async (user: string | undefined, _options: unknown, command: Command) => {
      const { listTokens } = await import('./user-token-list.ts')
      await listTokens(io, command.optsWithGlobals<GlobalOptions>(), user)
    })
  token
    .command('revoke')
    .description('end a token at once')
    .argument('<id>', 'the number that `user token list` shows')
    .action(async (id: string, _options: unknown, command: Command) => {
      const { revokeToken } = await import('./user-token-revoke.ts')
      await revokeToken(io, command.optsWithGlobals<GlobalOptions>(), id)
    })
}
