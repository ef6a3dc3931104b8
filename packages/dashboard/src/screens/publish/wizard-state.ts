import { useSessionStorage } from '@mantine/hooks'

/** What somebody has typed and chosen so far; kept by the browser until the window is closed. */
export interface WizardState {
  readonly domain: string
  readonly source: 'dns' | 'pasted'
  readonly pasted: string
  readonly wildcards: boolean
  readonly maxAgeSeconds: number
  /** As typed: addresses with commas between them. */
  readonly reportsTo: string
  readonly delegation: 'direct' | 'cname'
  readonly dnsWriter: string
  readonly dnsApply: 'auto' | 'ask'
}

export const freshState: WizardState = {
  domain: '',
  source: 'dns',
  pasted: '',
  wildcards: false,
  maxAgeSeconds: 604_800,
  reportsTo: '',
  delegation: 'direct',
  dnsWriter: 'none',
  dnsApply: 'ask',
}

/** The state of the wizard, and a way to change parts of it. A reload loses nothing. */
export function useWizardState(): readonly [WizardState, (change: Partial<WizardState>) => void] {
  const [state, setState] = useSessionStorage<WizardState>({
    key: 'sternpost-publish',
    defaultValue: freshState,
    getInitialValueInEffect: false,
    deserialize: readWizardState,
  })
  return [state, change => setState(before => ({ ...before, ...change }))]
}

/** Reads what was kept; what another version kept otherwise is as on the first day. */
export function readWizardState(text: string | undefined): WizardState {
  try {
    const kept: unknown = JSON.parse(text ?? '')
    if (typeof kept !== 'object' || kept === null) return freshState
    const entries = Object.entries(freshState).map(([name, fresh]) => {
      const value: unknown = Reflect.get(kept, name)
      return [name, typeof value === typeof fresh ? value : fresh]
    })
    return Object.fromEntries(entries) as unknown as WizardState
  } catch {
    return freshState
  }
}
