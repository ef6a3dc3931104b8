import { queryOptions, useQuery } from '@tanstack/react-query'
import { callApi } from '../../api/index.ts'
import { readMxText } from './read-mx-text.ts'
import type { WizardState } from './wizard-state.ts'

type Asked = Pick<WizardState, 'domain' | 'source' | 'pasted' | 'wildcards'>

/** How the proposal for a domain is asked for; it changes nothing, so it is kept like what is read. */
export function proposalQuery({ domain, source, pasted, wildcards }: Asked) {
  const mx = source === 'pasted' ? [...readMxText(pasted)] : []
  const body = { domain: domain.trim(), mx, wildcards }
  return queryOptions({
    queryKey: ['POST /domains/propose', body],
    queryFn: ({ signal }) => callApi('POST /domains/propose', { body }, { signal }),
    staleTime: 30_000,
  })
}

/** What a policy for the domain would say. */
export function useProposal(state: Asked) {
  return useQuery({ ...proposalQuery(state), enabled: state.domain.trim() !== '' })
}
