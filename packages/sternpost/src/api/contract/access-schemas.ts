import * as z from 'zod'
import { roles, tokenScopes } from '../../access/index.ts'

export const role = z.enum(roles)
export const scope = z.enum(tokenScopes)
export const domainsOf = z
  .union([z.literal('all'), z.array(z.string().max(253)).max(10_000)])
  .describe('`all`, or the domains that are seen and changed.')
export const userName = z.string().min(1).max(500).describe('Letters, digits and `. _ + @ -`.')
/** Longer ones are refused in words by the room. */
export const password = z.string().max(4_096)
export const id = z.coerce.number().int().min(1)

export const user = z.object({
  userId: z.int(),
  name: z.string(),
  role,
  domains: domainsOf,
  hasPassword: z.boolean().describe('False where sign-in is by OpenID Connect alone.'),
  createdAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
})

/** How somebody stands to the web side. */
export const standing = z.object({
  kind: z
    .enum(['signed-in', 'loopback', 'signed-out'])
    .describe('`loopback`: at the machine itself, in the first hour and while there are no users.'),
  needsSetup: z.boolean().describe('There is no user yet.'),
  user: user.nullable(),
  role: role.nullable(),
  csrfToken: z.string().nullable().describe('Goes back in the header `x-csrf-token` with every change.'),
  loopbackUntil: z.iso.datetime().nullable(),
})

export const apiToken = z.object({
  tokenId: z.int(),
  userId: z.int(),
  userName: z.string(),
  name: z.string(),
  scopes: z.array(scope),
  domains: domainsOf,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime().nullable(),
  lastUsedAt: z.iso.datetime().nullable().describe('To the minute.'),
})
