import { InvalidArgumentError } from 'commander'

/** Reads how many of a list are wanted: 1 to 1000. */
export function readLimit(text: string): number {
  const limit = /^[0-9]{1,4}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > 1000) throw new InvalidArgumentError('a number from 1 to 1000.')
  return limit
}
