import { useNavigate } from '@tanstack/react-router'
import { SignInScreen } from './sign-in-screen.tsx'

/** The address of the sign-in itself; leads to the overview afterwards. */
export function SignInRoute() {
  const navigate = useNavigate()
  return <SignInScreen onSignedIn={() => void navigate({ to: '/', replace: true })} />
}
