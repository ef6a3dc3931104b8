import { splitTxtStrings } from '@sternpost/network'
import { byZone, type PlacedRecord } from './placed-record.ts'
import { formatRecordData } from './zone-file.ts'

export type TerraformProvider = 'cloudflare' | 'aws'

/**
 * Writes records as resources of Terraform or OpenTofu: `cloudflare_dns_record` (provider 5) or `aws_route53_record`.
 *
 * Shape: the zone's id is a variable, as only the owner knows it.
 */
export function formatTerraform(records: readonly PlacedRecord[], provider: TerraformProvider): string {
  return [...byZone(records)]
    .map(([zone, placed]) => {
      const variable = `zone_id_${identifier(zone)}`
      const resources = placed.flatMap(record =>
        provider === 'aws' ? [awsRecord(record, variable)] : cloudflareRecords(record, variable),
      )
      return [
        `variable "${variable}" {\n  description = ${hcl(`Id of the zone ${zone}`)}\n  type        = string\n}\n`,
        ...resources,
      ].join('\n')
    })
    .join('\n')
}

function awsRecord(record: PlacedRecord, variable: string): string {
  const { name, type, ttlSeconds, values } = record
  // The provider puts the outer quotes itself; what is longer than a string is closed and opened between.
  const written = values.map(value =>
    type === 'TXT' ? splitTxtStrings(value).map(escapeText).join('""') : formatRecordData(type, value),
  )
  return `resource "aws_route53_record" "${identifier(`${name} ${type}`)}" {
  zone_id = var.${variable}
  name    = ${hcl(name)}
  type    = "${type}"
  ttl     = ${ttlSeconds}
  records = [${written.map(hcl).join(', ')}]
}
`
}

function cloudflareRecords(record: PlacedRecord, variable: string): readonly string[] {
  const { name, type, ttlSeconds, values } = record
  return values.map((value, index) => {
    const suffix = values.length === 1 ? '' : ` ${index + 1}`
    return `resource "cloudflare_dns_record" "${identifier(`${name} ${type}${suffix}`)}" {
  zone_id = var.${variable}
  name    = ${hcl(name)}
  type    = "${type}"
  ttl     = ${ttlSeconds}
${cloudflareContent(record, value)}}
`
  })
}

function cloudflareContent({ type }: PlacedRecord, value: string): string {
  if (type === 'TLSA') {
    const [usage, selector, matchingType, certificate = ''] = value.split(' ')
    return `  data = {
    usage         = ${usage}
    selector      = ${selector}
    matching_type = ${matchingType}
    certificate   = ${hcl(certificate)}
  }
`
  }
  const content = hcl(type === 'TXT' ? formatRecordData('TXT', value) : value)
  return type === 'TXT' ? `  content = ${content}\n` : `  content = ${content}\n  proxied = false\n`
}

/** A name of Terraform: letters, digits, `_` and `-`, starting with a letter or `_`. */
function identifier(text: string): string {
  const name = text.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '_')
  return /^[a-z_]/.test(name) ? name : `_${name}`
}

/** A string of HCL, in which `${` and `%{` would begin a template. */
function hcl(text: string): string {
  return JSON.stringify(text).replaceAll(/[$%](?=\{)/g, sign => sign + sign)
}

function escapeText(text: string): string {
  return text.replaceAll(/["\\]/g, character => `\\${character}`)
}
