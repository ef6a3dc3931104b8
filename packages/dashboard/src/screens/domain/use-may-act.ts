import { useApi } from '../../api/index.ts'

/** Whether whoever looks may change what is published. */
export function useMayAct(): boolean {
  const role = useApi('GET /session').data?.role
  return role === 'operator' || role === 'admin'
}
