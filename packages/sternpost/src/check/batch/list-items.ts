import type { DomainName } from '@sternpost/protocol'
import { readCheckInput } from '../observe/index.ts'
import { readDomainList } from './read-domain-list.ts'
import type { InputProblem } from './result-line.ts'

/** What a list asks for: a domain to check, or an entry in which there is none. */
export type ListItem =
  | { readonly kind: 'domain'; readonly domain: DomainName; readonly input: string }
  | { readonly kind: 'problem'; readonly problem: InputProblem }

/**
 * Reads a list into what is to be done: domains once each, however they are written, and entries that are none.
 *
 * Shape: what is in `done` is left out; `done` is added to, and is all that grows with the list.
 */
export async function* listItems(
  chunks: AsyncIterable<Uint8Array>,
  done: Set<string>,
): AsyncGenerator<ListItem> {
  for await (const { text: input, line } of readDomainList(chunks)) {
    const read = readCheckInput(input)
    const name = read.ok ? read.domain : input
    if (done.has(name)) continue
    done.add(name)
    yield read.ok
      ? { kind: 'domain', domain: read.domain, input }
      : { kind: 'problem', problem: { version: 1, domain: null, input, line, problem: read.message } }
  }
}
