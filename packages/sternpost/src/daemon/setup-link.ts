import type { AccessControl } from '../access/index.ts'
import type { Logger } from '../log/index.ts'

/** The setup link while there are no users, told to the log as well; undefined where there are some or none can be told. */
export async function setupLink(
  access: Pick<AccessControl, 'begin'>,
  baseUrl: string,
  log: Logger,
): Promise<string | undefined> {
  try {
    const path = await access.begin()
    if (path === undefined) return undefined
    const url = baseUrl + path
    log.info({ url }, 'there is no user yet: open this link once to make the first admin')
    return url
  } catch (error) {
    log.warn({ err: error }, 'whether there are users cannot be told now, so no setup link was made')
    return undefined
  }
}
