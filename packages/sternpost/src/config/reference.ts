import { stringify } from 'yaml'
import { configJsonSchema, type SettingSchema } from './setting.ts'

/** Writes the reference of every setting as Markdown, one table for each section. */
export function formatConfigReference(): string {
  const schema = configJsonSchema()
  return [
    '# Configuration',
    '',
    'Made from the schema by `tools/generate-docs.ts`; change the schema, not this page.',
    '',
    'Sternpost runs without a configuration. Where there is one, the first of these counts: `--config FILE`,',
    '`$STERNPOST_CONFIG`, `./sternpost.yaml`, `/etc/sternpost/sternpost.yaml`. `sternpost config check` tells what is',
    'wrong with it, `sternpost config print` what is in force and where each value comes from,',
    '`sternpost config schema` gives the JSON Schema for an editor. An unknown key is an error. A running daemon',
    'reads the file again on SIGHUP and keeps the old settings if the new ones are wrong.',
    '',
    'Durations carry a unit (`500ms`, `30s`, `10m`, `24h`, `7d`, `1w`), sizes too (`64KiB`, `16MiB`). Paths that do',
    'not start with `/` are relative to the folder of the file.',
    '',
    ...sectionReference('', schema),
  ].join('\n')
}

function sectionReference(name: string, section: SettingSchema): string[] {
  const entries = Object.entries(section.properties ?? {})
  const settings = entries.filter(([, setting]) => setting.properties === undefined)
  const sections = entries.filter(([, setting]) => setting.properties !== undefined)
  const heading = name === '' ? ['## Top level', ''] : [`## ${name}`, '', section.description ?? '', '']
  const rows = settings.map(([key, setting]) => settingRow(key, setting, section))
  const table =
    rows.length === 0 ? [] : ['| Key | Value | Default | Meaning |', '| --- | --- | --- | --- |', ...rows, '']
  const lists = settings.flatMap(([key, setting]) => entryReference(qualified(name, key), setting))
  return [
    ...heading,
    ...table,
    ...lists,
    ...sections.flatMap(([key, inner]) => sectionReference(qualified(name, key), inner)),
  ]
}

/** A list of sections, such as the overrides, gets a table for each form an entry can take. */
function entryReference(name: string, setting: SettingSchema): string[] {
  const { items } = setting
  if (items?.properties !== undefined) {
    const rows = Object.entries(items.properties).map(([key, inner]) => settingRow(key, inner, items))
    return [
      `### ${name}[]`,
      '',
      items.description ?? '',
      '',
      '| Key | Value | Default | Meaning |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
    ]
  }
  return (setting.items?.oneOf ?? []).flatMap(form => {
    // What tells the forms apart is the key that allows one word alone.
    const [key, choice] = Object.entries(form.properties ?? {}).find(
      ([, inner]) => inner.const !== undefined,
    ) ?? ['', undefined]
    const rows = Object.entries(form.properties ?? {}).flatMap(([key, inner]) => [
      settingRow(key, inner, form),
      ...Object.entries(inner.properties ?? {}).map(([deeper, one]) =>
        settingRow(`${key}.${deeper}`, one, inner),
      ),
    ])
    return [
      `### ${name}[] with ${key} \`${String(choice?.const)}\``,
      '',
      choice?.description ?? '',
      '',
      '| Key | Value | Default | Meaning |',
      '| --- | --- | --- | --- |',
      ...rows,
      '',
    ]
  })
}

function settingRow(key: string, setting: SettingSchema, section: SettingSchema): string {
  const required = section.required?.includes(key.split('.').at(-1) ?? key) === true
  const byDefault = setting.default === undefined ? (required ? 'required' : '') : code(setting.default)
  const cells = [`\`${key}\``, valueInWords(setting), byDefault, setting.description ?? '']
  return `| ${cells.map(cell => cell.replaceAll('|', '\\|')).join(' | ')} |`
}

function valueInWords(setting: SettingSchema): string {
  if (setting.const !== undefined) return code(setting.const)
  if (setting.enum !== undefined) return setting.enum.map(code).join(', ')
  if (setting.type === 'array') {
    return setting.items?.oneOf === undefined && setting.items?.properties === undefined
      ? `list of ${valueInWords(setting.items ?? {})}`
      : 'list of sections'
  }
  if (setting.type === 'boolean') return '`true`, `false`'
  if (setting.type === 'integer') return `${setting.minimum} to ${setting.maximum}`
  if (setting.properties !== undefined) return 'section'
  const form = setting.form ?? 'text'
  return setting.range === undefined ? form : `${form}, ${setting.range}`
}

function code(value: unknown): string {
  return `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``
}

function qualified(section: string, key: string): string {
  return section === '' ? key : `${section}.${key}`
}

/**
 * Writes a `sternpost.yaml` that holds every setting, commented out, with its default or an example.
 *
 * Shape: prose after `# `, settings after `#`, so that taking away single `#` signs gives a valid file.
 */
export function formatExampleConfig(): string {
  const top = configJsonSchema()
  return [
    '# Settings of Sternpost, made from the schema. Each stands here with its default, or with an example where it',
    '# has none: take away the # in front of what you want to change. `sternpost config check` tells what is wrong.',
    '',
    ...exampleSection(top, ''),
  ]
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
}

function exampleSection(section: SettingSchema, indent: string): string[] {
  return Object.entries(section.properties ?? {}).flatMap(([key, setting]) => {
    const prose = wrap(setting.description ?? '', 100 - indent.length).map(line => `${indent}# ${line}`)
    if (setting.properties !== undefined) {
      return [...prose, `${indent}${key}:`, ...exampleSection(setting, `${indent}  `)]
    }
    const value = setting.example ?? setting.default
    const lines = stringify({ [key]: value }, { lineWidth: 0 })
      .trimEnd()
      .split('\n')
    return [...prose, ...lines.map(line => `${indent}#${line}`), '']
  })
}

/** Breaks prose into lines of at most `width` characters at its spaces. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
