/** What one day of a reporter's calendar shows, as the API names it. */
export const calendarMarks = ['received', 'silent', 'not-expected', 'awaited', 'unknown'] as const
export type CalendarMark = (typeof calendarMarks)[number]

/** The sign of a day, which does not rest on its colour, and what it means. */
export const markWords: Readonly<Record<CalendarMark, { readonly sign: string; readonly words: string }>> = {
  received: { sign: '●', words: 'report received' },
  silent: { sign: '✕', words: 'a report was expected and none came' },
  'not-expected': { sign: '·', words: 'none came, none was expected' },
  awaited: { sign: '…', words: 'may still come' },
  unknown: { sign: '?', words: 'too little is known to expect one' },
}
