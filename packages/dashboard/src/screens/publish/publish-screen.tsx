import { Stepper } from '@mantine/core'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useRights } from '../../api/index.ts'
import { EmptyState, Screen, TextLink } from '../../parts/index.ts'
import { ChoicesStep } from './choices-step.tsx'
import { DomainStep } from './domain-step.tsx'
import { HostsStep } from './hosts-step.tsx'
import { type WizardStep, wizardSteps } from './publish-search.ts'
import { RecordsStep } from './records-step.tsx'
import { freshState, useWizardState } from './wizard-state.ts'

const route = getRouteApi('/publish')

const titles: Readonly<Record<WizardStep, string>> = {
  domain: 'Domain',
  hosts: 'Mail hosts',
  choices: 'Choices',
  records: 'Records',
}

/** From a domain's name to a policy that is served, in four steps. */
export function PublishScreen() {
  const search = route.useSearch()
  const navigate = route.useNavigate()
  const { mayAdd } = useRights()
  const [state, change] = useWizardState()
  const step = stepOf(search.step, search.domain, state.domain)
  const goTo = (next: WizardStep) => void navigate({ search: { step: next } })
  const named = step === 'domain' ? search.domain : undefined
  useEffect(() => {
    // A link from elsewhere names the domain; what was typed before for another one is let go of.
    if (named === undefined) return
    change({ ...freshState, domain: named })
    void navigate({ search: { step: 'domain' }, replace: true })
  }, [named, change, navigate])
  if (!mayAdd && step !== 'records')
    return (
      <Screen title="Publish a policy">
        <EmptyState
          title="Only an operator of all domains publishes further ones"
          action={<TextLink to="/">Go to the domains you see</TextLink>}
        >
          An admin can give you that role in the settings.
        </EmptyState>
      </Screen>
    )
  return (
    <Screen
      title="Publish a policy"
      lead="Four steps to mail that is delivered to you encrypted or not at all. Nothing changes for anybody before the last."
    >
      <Stepper
        active={wizardSteps.indexOf(step)}
        onStepClick={index => goTo(wizardSteps[index] ?? 'domain')}
        allowNextStepsSelect={false}
        size="sm"
      >
        {wizardSteps.map((each, index) => (
          <Stepper.Step
            key={each}
            label={titles[each]}
            allowStepSelect={step !== 'records' && index < wizardSteps.indexOf(step)}
          />
        ))}
      </Stepper>
      {step === 'domain' ? (
        <DomainStep state={state} change={change} onNext={() => goTo('hosts')} />
      ) : step === 'hosts' ? (
        <HostsStep
          state={state}
          change={change}
          onNext={() => goTo('choices')}
          onBack={() => goTo('domain')}
        />
      ) : step === 'choices' ? (
        <ChoicesStep
          state={state}
          change={change}
          onBack={() => goTo('hosts')}
          onNext={() => {
            const { domain } = state
            // The steps before are done: going back from the records does not lead into them.
            void navigate({ search: { step: 'records', domain }, replace: true }).then(() =>
              change(freshState),
            )
          }}
        />
      ) : (
        <RecordsStep domain={search.domain ?? ''} />
      )}
    </Screen>
  )
}

/** The step of an address, or the first where what it needs is not there. */
function stepOf(wanted: WizardStep = 'domain', inAddress: string | undefined, typed: string): WizardStep {
  if (wanted === 'records') return inAddress === undefined ? 'domain' : 'records'
  return typed.trim() === '' ? 'domain' : wanted
}
