import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { parseConfigDocument } from './document.ts'
import { formatConfigIssue } from './issues.ts'
import { checkDocument, type LoadOptions } from './load.ts'
import { printConfig } from './print.ts'
import { formatConfigReference, formatExampleConfig } from './reference.ts'
import { configJsonSchema, type SettingSchema } from './setting.ts'

const options: LoadOptions = { env: { HOME: '/home/me' }, cwd: '/etc/sternpost', isRoot: false, now: 0 }

describe('every setting is documented', () => {
  test('with a description of its own', () => {
    expect(withoutDescription(configJsonSchema(), '')).toEqual([])
  })

  test('and its row in the reference', () => {
    const reference = formatConfigReference()
    for (const key of ['answerBudget', 'unixMode', 'trustAd', 'policy.mx', 'data', 'passwordFile', 'kind']) {
      expect(reference).toContain(`| \`${key}\` |`)
    }
  })
})

describe('the example file', () => {
  test('means the defaults as it stands', () => {
    expect(checked(formatExampleConfig()).config).toEqual(checked('').config)
  })

  test('is valid with every setting uncommented', () => {
    const uncommented = formatExampleConfig().replaceAll(/^( *)#(?! [^ ])/gm, '$1')
    expect(uncommented).toContain('\n  answerBudget: 5s')
    const { config } = checked(uncommented)
    expect(config.outbound.overrides).toHaveLength(1)
    expect(config.dns.resolvers).toHaveLength(1)
    expect(config.reportsReceived.folders).toHaveLength(1)
  })
})

describe('config print', () => {
  test('gives a file that loads to the same settings', () => {
    const loaded = checked('outbound:\n  answerBudget: 7s\n  policyFetch: { allowAddresses: [10.0.0.0/8] }\n')
    expect(checked(printConfig(loaded)).config).toEqual(loaded.config)
  })

  test('tells defaults from what the file says', () => {
    const printed = printConfig(checked('outbound:\n  answerBudget: 7s\n'))
    expect(printed).toContain('answerBudget: 7s # line 2')
    expect(printed).toContain('refreshInterval: 24h # default')
  })

  test('does not show the password of a proxy', () => {
    const printed = printConfig(
      checked('outbound: { policyFetch: { proxy: "http://me:hush@proxy.example.net:3128" } }\n'),
    )
    expect(printed).not.toContain('hush')
    expect(
      (parse(printed) as { outbound: { policyFetch: { proxy: string } } }).outbound.policyFetch.proxy,
    ).toContain('proxy.example.net:3128')
  })
})

function checked(text: string) {
  const read = parseConfigDocument('/etc/sternpost/sternpost.yaml', text)
  if (!read.ok) throw new Error(read.issues.map(formatConfigIssue).join('\n'))
  const loaded = checkDocument(read.document, options)
  if (!loaded.ok) throw new Error(loaded.issues.map(formatConfigIssue).join('\n'))
  return loaded
}

function withoutDescription(setting: SettingSchema, name: string): string[] {
  const deeper = Object.entries(setting.properties ?? {}).flatMap(([key, inner]) =>
    withoutDescription(inner, name === '' ? key : `${name}.${key}`),
  )
  const forms = (setting.items?.oneOf ?? [setting.items ?? {}]).flatMap(form =>
    Object.entries(form.properties ?? {}).flatMap(([key, inner]) =>
      withoutDescription(inner, `${name}[].${key}`),
    ),
  )
  return [...(setting.description === undefined ? [name] : []), ...deeper, ...forms]
}
