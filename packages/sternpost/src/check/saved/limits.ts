import * as z from 'zod'

/** Whoever saved more than this saved no observation of ours: lists and texts are bounded where they are made. */
export const MAX_ENTRIES = 1_000
const MAX_CHARACTERS = 200_000

export const text = () => z.string().max(MAX_CHARACTERS)
export const list = <T extends z.ZodType>(item: T) => z.array(item).max(MAX_ENTRIES).readonly()
export const count = () => z.int().min(0)
/** Milliseconds since 1970, within what a `Date` can hold. */
export const time = () => z.number().min(-8.64e15).max(8.64e15)
export const milliseconds = () => z.number().min(0).max(8.64e15)
