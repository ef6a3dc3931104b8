import { type TokenScope, tokenScopes } from '../access/index.ts'
import { durationSeconds } from '../config/index.ts'
import { AccessOrderError, atAccessDesk, needUser } from './access-desk.ts'
import { type CommandIo, type GlobalOptions, outJson } from './command-io.ts'
import { wrapText } from './text-layout.ts'
import { tokenJson } from './user-json.ts'

export interface AddTokenOptions extends GlobalOptions {
  readonly scope?: readonly string[]
  readonly domain?: readonly string[]
  readonly expires: string
}

/** `user token add`: makes a token, and prints it this once. */
export async function addToken(
  io: CommandIo,
  options: AddTokenOptions,
  userName: string,
  name: string,
): Promise<void> {
  await atAccessDesk(io, options, 'write', async desk => {
    const scopes = readScopes(options.scope ?? [])
    const user = await needUser(desk, userName)
    const { text, token } = await desk.tokens.create(user.userId, {
      name,
      scopes,
      domains: options.domain ?? 'all',
      expiresAt: readExpiry(options.expires, desk.clock.now()),
    })
    await desk.audit('token.add', `${user.name}/${token.name}`, { scopes, domains: token.domains })
    if (options.json === true) return outJson(io, { ...tokenJson(token, user.name), token: text })
    // What is piped away is the token and nothing else.
    io.out(`${text}\n`)
    const end =
      token.expiresAt === undefined ? 'without an end' : `until ${new Date(token.expiresAt).toISOString()}`
    io.err(
      `${wrapText(`This is shown once. ${token.name}, for ${user.name}: ${scopes.join(', ')}, ${end}. Programs send it as "Authorization: Bearer TOKEN".`).join('\n')}\n`,
    )
  })
}

function readScopes(words: readonly string[]): TokenScope[] {
  if (words.length === 0)
    throw new AccessOrderError(`say what the token may do with --scope: ${tokenScopes.join(', ')}`)
  return words.map(word => {
    const scope = tokenScopes.find(each => each === word)
    if (scope === undefined)
      throw new AccessOrderError(`${JSON.stringify(word)} is no scope; there are ${tokenScopes.join(', ')}`)
    return scope
  })
}

function readExpiry(text: string, now: number): number | undefined {
  if (text === 'never') return undefined
  const seconds = durationSeconds(text)
  if (seconds === undefined || seconds < 60)
    throw new AccessOrderError(`${JSON.stringify(text)} is no time a token can hold; write 90d, 12h or never`)
  return now + seconds * 1000
}
