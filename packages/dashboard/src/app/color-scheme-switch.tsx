import { ActionIcon, type MantineColorScheme, Tooltip, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun, type TablerIcon } from '@tabler/icons-react'

const steps: Readonly<
  Record<MantineColorScheme, { next: MantineColorScheme; word: string; Icon: TablerIcon }>
> = {
  auto: { next: 'light', word: 'as the system', Icon: IconDeviceDesktop },
  light: { next: 'dark', word: 'light', Icon: IconSun },
  dark: { next: 'auto', word: 'dark', Icon: IconMoon },
}

/** Light, dark, or as the system; the browser remembers it. */
export function ColorSchemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const { next, word, Icon } = steps[colorScheme]
  const label = `Colours: ${word}. Switch to ${steps[next].word}`
  return (
    <Tooltip label={label} withArrow>
      <ActionIcon variant="default" size="lg" aria-label={label} onClick={() => setColorScheme(next)}>
        <Icon size={18} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
