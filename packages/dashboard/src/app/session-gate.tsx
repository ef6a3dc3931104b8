import { Modal, Stack, Text } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { lazy, type ReactNode, Suspense, useEffect, useRef } from 'react'
import { callApi, hearOtherTabs, session, useApi, useHasExpired, useSession } from '../api/index.ts'
import { Loading, ProblemNotice } from '../parts/index.ts'
import { LoopbackNotice } from './loopback-notice.tsx'

// Who is signed in needs none of these.
const SignInScreen = lazy(async () => ({
  default: (await import('../screens/sign-in/sign-in-screen.tsx')).SignInScreen,
}))
const SignInForm = lazy(async () => ({
  default: (await import('../screens/sign-in/sign-in-form.tsx')).SignInForm,
}))
const SetupNeeded = lazy(async () => ({
  default: (await import('../screens/sign-in/setup-needed.tsx')).SetupNeeded,
}))

/** Screens for those who are not signed in. */
const openScreens = ['/sign-in', '/sign-in/oidc', '/setup']

/**
 * Shows screens to those who are signed in, and the sign-in to others.
 *
 * Who was in and is no more signs in above the screen, which stays as it is with all that was typed.
 */
export function SessionGate({ children }: { readonly children: ReactNode }) {
  const { pathname } = useLocation()
  const asked = useApi('GET /session', {}, { refetchIntervalMs: 300_000 })
  const standing = useSession()
  const hasExpired = useHasExpired()
  useSignInElsewhere()
  useNoEscape()
  if (openScreens.includes(pathname)) return children
  if (standing === undefined)
    return asked.error === null ? (
      <Loading height={480} />
    ) : (
      <ProblemNotice
        title="Who you are could not be asked"
        error={asked.error}
        onRetry={() => void asked.refetch()}
      />
    )
  if (standing.kind === 'signed-out' && !hasExpired)
    return (
      <Suspense fallback={<Loading height={480} />}>
        {standing.needsSetup ? <SetupNeeded /> : <SignInScreen />}
      </Suspense>
    )
  return (
    <>
      {/* In one step with the screen, so that it pushes nothing down. */}
      <LoopbackNotice />
      {children}
      <SignInAgain isOpen={hasExpired} needsSetup={standing.needsSetup} name={standing.user?.name} />
    </>
  )
}

/** Who signs in again in another tab is in again here. */
function useSignInElsewhere(): void {
  useEffect(
    () =>
      hearOtherTabs(message => {
        if (message === 'signed-in') void callApi('GET /session').catch(() => {})
      }),
    [],
  )
}

/** While the sign-in is above the page, Escape would close the dialog below it, with what was typed. */
function useNoEscape(): void {
  useEffect(() => {
    const swallow = (event: KeyboardEvent) => {
      if (event.key === 'Escape' && session.hasExpired) event.stopImmediatePropagation()
    }
    // Dialogs listen at the window too; this is there before any of them.
    window.addEventListener('keydown', swallow, { capture: true })
    return () => window.removeEventListener('keydown', swallow, { capture: true })
  }, [])
}

interface SignInAgainProps {
  readonly isOpen: boolean
  readonly needsSetup: boolean
  readonly name: string | undefined
}

function SignInAgain({ isOpen, needsSetup, name }: SignInAgainProps) {
  const lastName = useRef(name)
  lastName.current = name ?? lastName.current
  return (
    <Modal
      opened={isOpen}
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title="You are signed out"
      zIndex={400}
      centered
    >
      <Suspense fallback={<Loading height={240} />}>
        {needsSetup ? (
          <SetupNeeded />
        ) : (
          <Stack gap="md">
            <Text size="sm">
              Your session has ended. Sign in to go on; what you typed on this page is still there, and a
              change that you have just asked for is then made.
            </Text>
            <SignInForm name={lastName.current} keepsPage />
          </Stack>
        )}
      </Suspense>
    </Modal>
  )
}
