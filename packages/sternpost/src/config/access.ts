import * as z from 'zod'
import { addressRange, duration, filePath } from './values.ts'

const claimName = () =>
  z
    .string({ error: () => 'needs the name of a claim such as preferred_username' })
    .min(1, 'needs the name of a claim')
    .max(200)
    .meta({ form: 'name' })

const claimValues = () =>
  z
    .array(
      z
        .string({ error: () => 'needs a text in quotes' })
        .min(1)
        .max(500),
    )
    .max(1_000)

const sessions = z
  .strictObject({
    idle: duration({ min: '5m', max: '90d' })
      .prefault('12h')
      .describe('A sign-in ends after this long without a request.'),
    absolute: duration({ min: '5m', max: '400d' })
      .prefault('14d')
      .describe('A sign-in ends this long after it was made, however much it is used.'),
  })
  .transform(({ idle, absolute }) => ({ idleSeconds: idle, absoluteSeconds: absolute }))
  .describe('How long a sign-in in a browser holds.')

const oidc = z
  .strictObject({
    issuer: z
      .url({ protocol: /^https?$/, error: () => 'needs a URL such as https://id.example.com' })
      .refine(
        text => URL.canParse(text) && (text.startsWith('https:') || isLoopbackUrl(text)),
        'needs https, as what it says decides who comes in',
      )
      .optional()
      .meta({ form: 'URL', example: 'https://id.example.com' })
      .describe(
        'The provider as it names itself; /.well-known/openid-configuration is read below it. Without it nobody signs in this way.',
      ),
    label: z
      .string({ error: () => 'needs a text' })
      .min(1)
      .max(60)
      .default('single sign-on')
      .meta({ form: 'text' })
      .describe('What the button says behind "Sign in with".'),
    clientId: z
      .string({ error: () => 'needs a text in quotes' })
      .min(1)
      .max(500)
      .optional()
      .meta({ form: 'name', example: 'sternpost' })
      .describe('What the provider calls Sternpost.'),
    clientSecretFile: filePath()
      .optional()
      .meta({ example: '/etc/sternpost/oidc-secret' })
      .describe(
        'A file whose first line is the secret of the client; read when it is needed. Without it Sternpost is a public client, which PKCE protects.',
      ),
    scopes: z
      .array(
        z
          .string({ error: () => 'needs a text' })
          .regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/, 'needs a scope of RFC 6749 §3.3'),
      )
      .max(20)
      .prefault(['openid', 'profile', 'email'])
      .refine(scopes => scopes.includes('openid'), 'needs `openid` among them')
      .describe('What the provider is asked for.'),
    nameClaim: claimName()
      .default('preferred_username')
      .describe(
        'The claim that names the user here, at the first sign-in; afterwards the claim `sub` tells who it is. Choose one that people cannot change themselves. `email` counts only where the provider says that it is verified.',
      ),
    unknownUsers: z
      .enum(['refuse', 'add'])
      .default('refuse')
      .describe(
        'Somebody who was not added here before: `refuse`, or `add` with the role that the claims give.',
      ),
    roleClaim: claimName()
      .optional()
      .meta({ example: 'groups' })
      .describe(
        'The claim, a text or a list of texts, that decides the role at each sign-in. Without it the role is what an admin set here.',
      ),
    roles: z
      .strictObject({
        admin: claimValues().prefault([]).describe('Values of `roleClaim` that make an admin.'),
        operator: claimValues().prefault([]).describe('Values of `roleClaim` that make an operator.'),
        viewer: claimValues().prefault([]).describe('Values of `roleClaim` that make a viewer.'),
      })
      .prefault({})
      .describe('What values of `roleClaim` mean; the most counts. Who has none of them does not come in.'),
    domainsClaim: claimName()
      .optional()
      .meta({ example: 'mail_domains' })
      .describe(
        'The claim, a list of domains, that bounds a user to these domains at each sign-in; `*` in it means all. Who has none of it sees no domain.',
      ),
  })
  .superRefine((section, context) => {
    if (section.issuer === undefined) return
    const need = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message })
    if (section.clientId === undefined) need('clientId', 'is needed to sign in at `issuer`')
    if (section.unknownUsers === 'add' && section.roleClaim === undefined)
      need('roleClaim', 'is needed so that who is added has a role')
  })
  .describe('Sign-in by OpenID Connect at a provider of yours, beside passwords.')

/** Section `access`: who may use the dashboard and the API. */
export const access = z
  .strictObject({
    publicUrl: z
      .url({ protocol: /^https?$/, error: () => 'needs a URL such as https://sternpost.example.com' })
      .refine(text => {
        if (!URL.canParse(text)) return false
        const { pathname, search, hash } = new URL(text)
        return pathname === '/' && search === '' && hash === ''
      }, 'needs a URL without a path, such as https://sternpost.example.com')
      .transform(text => new URL(text).origin)
      .optional()
      .meta({ form: 'URL', example: 'https://sternpost.example.com' })
      .describe(
        'Where people open the dashboard, for links and for the way back from a sign-in provider. Default: http:// and the address of `http.listen`.',
      ),
    trustedProxies: z
      .array(addressRange())
      .max(64)
      .prefault([])
      .meta({ example: ['127.0.0.1', '10.0.0.0/8'] })
      .describe(
        'Reverse proxies whose X-Forwarded-For and X-Forwarded-Proto are believed: who asks, and whether by TLS. A proxy must overwrite these headers.',
      ),
    loopbackGrace: duration({ min: '0s', max: '24h' })
      .prefault('1h')
      .describe(
        'How long after the first start everybody at the machine itself is an admin, as long as there are no users. `0s`: never.',
      ),
    sessions: sessions.prefault({}),
    auditRetention: duration({ min: '1d', max: '100000d' })
      .prefault('400d')
      .describe('How long the log of changes and sign-ins is kept.'),
    oidc: oidc.prefault({}),
  })
  .transform(({ loopbackGrace, auditRetention, ...rest }) => ({
    ...rest,
    loopbackGraceSeconds: loopbackGrace,
    auditRetentionSeconds: auditRetention,
  }))
  .describe('Who may use the dashboard and the API; see docs/guides/access.md.')

function isLoopbackUrl(text: string): boolean {
  return ['127.0.0.1', '[::1]', 'localhost'].includes(new URL(text).hostname)
}
