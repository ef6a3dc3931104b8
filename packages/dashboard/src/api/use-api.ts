import {
  type InfiniteData,
  keepPreviousData,
  type UseInfiniteQueryResult,
  type UseMutationResult,
  type UseQueryResult,
  useInfiniteQuery,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import type { ApiChangeKey, ApiKey, ApiOutput, ApiPageKey, ApiReadKey } from 'sternpost/api'
import { type ApiArguments, type ApiInput, callApi } from './client.ts'

export interface UseApiOptions {
  /** False while what it needs is not known yet. */
  readonly enabled?: boolean
  /** Asks again this often while the page is seen. */
  readonly refetchIntervalMs?: number
  /** Shows the answer before while the next is on its way, as when a filter changes. */
  readonly keepPrevious?: boolean
}

/** Reads an endpoint, and keeps what was read under `[key, input]`. */
export function useApi<Key extends ApiReadKey>(
  key: Key,
  ...[input, options = {}]: ApiArguments<Key, UseApiOptions>
): UseQueryResult<ApiOutput<Key>, Error> {
  return useQuery<ApiOutput<Key>, Error>({
    queryKey: [key, input ?? {}],
    queryFn: ({ signal }) => call(key, input, signal),
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchIntervalMs ?? false,
    ...(options.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
  })
}

/** Reads a list page by page; `fetchNextPage` brings the next. */
export function useApiPages<Key extends ApiPageKey>(
  key: Key,
  ...[input, options = {}]: ApiArguments<Key, UseApiOptions>
): UseInfiniteQueryResult<InfiniteData<ApiOutput<Key>>, Error> {
  return useInfiniteQuery({
    queryKey: [key, input ?? {}, 'pages'],
    queryFn: ({ signal, pageParam }) => {
      const { query, ...rest } = (input ?? {}) as { readonly query?: object }
      const cursor = pageParam === undefined ? {} : { cursor: pageParam }
      return call(key, { ...rest, query: { ...query, ...cursor } } as ApiInput<Key>, signal)
    },
    initialPageParam: undefined as string | undefined,
    getNextPageParam: page => (page as unknown as { nextCursor: string | null }).nextCursor ?? undefined,
    enabled: options.enabled ?? true,
    refetchInterval: options.refetchIntervalMs ?? false,
    ...(options.keepPrevious === true ? { placeholderData: keepPreviousData } : {}),
  })
}

export interface UseApiChangeOptions {
  /** What is read anew afterwards; the change is done when that is begun. */
  readonly invalidates?: readonly ApiReadKey[]
}

/** Changes something; `mutate` takes the input of the endpoint. */
export function useApiChange<Key extends ApiChangeKey>(
  key: Key,
  { invalidates = [] }: UseApiChangeOptions = {},
): UseMutationResult<ApiOutput<Key>, Error, ApiInput<Key>> {
  const client = useQueryClient()
  return useMutation({
    mutationFn: (input: ApiInput<Key>) => call(key, input, undefined),
    onSuccess: () => {
      for (const each of invalidates) void client.invalidateQueries({ queryKey: [each] })
    },
  })
}

/** The types of the arguments were checked where the hook was called. */
function call<Key extends ApiKey>(
  key: Key,
  input: ApiInput<Key> | undefined,
  signal: AbortSignal | undefined,
): Promise<ApiOutput<Key>> {
  const rest = [input, signal === undefined ? {} : { signal }] as unknown as ApiArguments<Key, never>
  return callApi(key, ...rest)
}
