export const wizardSteps = ['domain', 'hosts', 'choices', 'records'] as const
export type WizardStep = (typeof wizardSteps)[number]

/** What the address of the wizard says. */
export interface PublishSearch {
  readonly step?: WizardStep
  /** To begin with; at the last step, the domain that is published. */
  readonly domain?: string
}

/** Reads the search of /publish; what does not fit is left out. */
export function readPublishSearch({ step, domain }: Record<string, unknown>): PublishSearch {
  const known = wizardSteps.find(each => each === step)
  return {
    ...(known === undefined ? {} : { step: known }),
    ...(typeof domain === 'string' && domain !== '' ? { domain: domain.slice(0, 1_000) } : {}),
  }
}
