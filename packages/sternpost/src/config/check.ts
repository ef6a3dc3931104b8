import * as z from 'zod'
import { addressRange, domainName } from './values.ts'

/** Section `check`: how `sternpost check` looks at other people's mail hosts. */
export const check = z
  .strictObject({
    heloName: domainName()
      .optional()
      .meta({ example: 'probe.example.com' })
      .describe(
        'The name given to MX hosts in EHLO; it should lead to this machine, so that their keepers know who looked. Default: the name of the machine.',
      ),
    allowAddresses: z
      .array(addressRange())
      .max(64)
      .prefault([])
      .meta({ example: ['10.0.0.0/8'] })
      .describe(
        'Networks that are connected to although they are not public, for MX hosts of your own. For policy hosts see `outbound.policyFetch.allowAddresses`.',
      ),
    controlHosts: z
      .array(domainName())
      .max(8)
      .prefault(['gmail-smtp-in.l.google.com', 'mx1.mail.icloud.com'])
      .describe(
        'MX hosts that are tried when none of a domain answers, to tell a dead host from a network that lets nothing out on port 25. Nothing is sent. Empty: never.',
      ),
    smtpPort: z
      .int()
      .min(1)
      .max(65_535)
      .default(25)
      .describe('Port of MX hosts; any other than 25 is for laboratories.'),
    keepResults: z
      .int()
      .min(1)
      .max(1_000_000)
      .default(5_000)
      .describe(
        'Results of checks made on the web side that are kept, the newest ones; each takes some 20 to 60 KiB.',
      ),
  })
  .describe('How `sternpost check` looks at mail hosts.')
