import type { Command } from 'commander'
import type { GlobalOptions } from './command-io.ts'
import type { WrittenWishes } from './domain-wishes.ts'

/** Options by which a domain's wishes are told. */
export interface WishOptions extends GlobalOptions, WrittenWishes {
  readonly fromMx?: boolean
  readonly wildcards?: boolean
  readonly preset?: string
}

export const several = (text: string, before: readonly string[] = []) => [...before, text]

export function addWishOptions(command: Command): Command {
  return command
    .option('--mx <pattern>', 'an MX host, or *.NAME for all one label below; several times', several)
    .option('--from-mx', 'the MX hosts that DNS names today, each by its name')
    .option('--wildcards', 'with --from-mx: *.NAME in place of several hosts below the same name')
    .option('--preset <hoster>', 'the patterns of a hoster, such as google or microsoft')
    .option('--max-age <time>', 'how long senders keep the policy, such as 7d')
    .option('--rua <uri>', 'where TLS reports go: mailto: or https:; several times', several)
    .option('--mode <mode>', 'testing or none; enforce comes by the roll-out')
    .option('--delegation <way>', 'direct, or cname into the zone of the operator')
    .option('--id-form <form>', 'policy ids as utc (20261125195937) or daily (2026112501)')
    .option('--dns-writer <name>', 'which of publish.dns.writers sets the records; none: people do')
    .option('--dns-apply <way>', 'auto, or ask a person before records are changed')
    .option('--bimi <uri>', 'BIMI: where the indicator is; "" declines')
    .option('--bimi-selector <label>', 'BIMI: the selector (default: default)')
    .option('--bimi-evidence <uri>', 'BIMI: where the mark certificate is')
    .option('--tlsa <record>', 'a TLSA record of an MX host: "mx1.example.com 3 1 1 HEX"', several)
}
