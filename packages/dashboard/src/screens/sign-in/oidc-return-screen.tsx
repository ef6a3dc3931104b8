import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useApiChange } from '../../api/index.ts'
import { Loading, ProblemNotice, Screen, TextLink } from '../../parts/index.ts'

/** Where a sign-in provider sends the browser back to: what it brings is handed to the daemon. */
export function OidcReturnScreen() {
  const navigate = useNavigate()
  const finish = useApiChange('POST /session/oidc/finish')
  const isBegun = useRef(false)
  const { mutate } = finish
  useEffect(() => {
    // A code works once, also where React looks twice.
    if (isBegun.current) return
    isBegun.current = true
    const query = window.location.search.slice(1)
    window.history.replaceState(window.history.state, '', window.location.pathname)
    mutate(
      { body: { query } },
      {
        onSuccess: () => {
          void navigate({ to: '/', replace: true })
        },
      },
    )
  }, [mutate, navigate])
  return (
    <Screen title="Signing in">
      {finish.error === null ? (
        <Loading height={160} label="Asking the sign-in provider" />
      ) : (
        <>
          <ProblemNotice title="You could not be signed in" error={finish.error} />
          <TextLink to="/sign-in">Try again</TextLink>
        </>
      )}
    </Screen>
  )
}
