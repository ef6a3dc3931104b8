import { type CSSVariablesResolver, createTheme } from '@mantine/core'

/** The few things that differ from Mantine's own looks; nothing is fetched, so fonts are the system's. */
export const theme = createTheme({
  primaryColor: 'cyan',
  // One shade for light and dark, as white words on it are readable in both.
  primaryShade: 9,
  defaultRadius: 'md',
  fontFamily: 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif',
  fontFamilyMonospace: 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", monospace',
  respectReducedMotion: true,
  cursorType: 'pointer',
  components: {
    Anchor: { defaultProps: { underline: 'always' } },
    // The head of a dialog is no second banner of the page.
    ModalHeader: { defaultProps: { role: 'none' } },
  },
})

/** Colours that carry words, darker or lighter than Mantine's own, so that each has a contrast of 4.5 at least. */
export const cssVariables: CSSVariablesResolver = ({ colors }) => {
  const onLight: Record<string, string> = {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-7)',
    '--mantine-color-error': 'var(--mantine-color-red-9)',
  }
  const onDark: Record<string, string> = {
    '--mantine-color-dimmed': 'var(--mantine-color-gray-5)',
    '--mantine-color-error': 'var(--mantine-color-red-4)',
  }
  for (const name of Object.keys(colors)) {
    onLight[`--mantine-color-${name}-light-color`] = darkWords[name] ?? `var(--mantine-color-${name}-9)`
    onDark[`--mantine-color-${name}-light-color`] = `var(--mantine-color-${name}-2)`
  }
  return { variables: {}, light: onLight, dark: onDark }
}

/** Where even the darkest shade of a colour is too light on its lightest. */
const darkWords: Readonly<Record<string, string>> = {
  yellow: '#7a4100',
  orange: '#8a2f0a',
  lime: '#3d5a0c',
  green: '#1c6230',
  teal: '#065f46',
  cyan: '#08505c',
}
