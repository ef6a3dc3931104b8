import { Text, VisuallyHidden } from '@mantine/core'
import { type CalendarMark, calendarMarks, markWords } from './calendar-marks.ts'
import css from './reporter-calendar.module.css'
import { WideRegion } from './wide-region.tsx'

export interface CalendarReporter {
  readonly organization: string
  readonly days: readonly { readonly day: string; readonly mark: CalendarMark }[]
  readonly receivedCount: number
  readonly expectedCount: number
  readonly silentSince?: string | undefined
}

/** Who reports, on which days, and who fell silent. */
export function ReporterCalendar({ reporters }: { readonly reporters: readonly CalendarReporter[] }) {
  const days = reporters[0]?.days.map(({ day }) => day) ?? []
  return (
    <>
      <WideRegion label="Reports by organization and day">
        <table className={css.table}>
          <caption className={css.caption}>
            Reports by organization and day (UTC). A sender without mail for you sends no report, so silence
            is a hint and no error.
          </caption>
          <thead>
            <tr>
              <th scope="col" className={css.name}>
                Organization
              </th>
              {days.map((day, index) => (
                <th key={day} scope="col" className={css.day}>
                  {(index === 0 || day.endsWith('-01')) && (
                    <span className={css.month}>{day.slice(0, 7)}</span>
                  )}
                  <abbr title={day}>{day.slice(8)}</abbr>
                </th>
              ))}
              <th scope="col" className={css.state}>
                State
              </th>
            </tr>
          </thead>
          <tbody>
            {reporters.map(reporter => (
              <tr key={reporter.organization}>
                <th scope="row" className={css.name}>
                  <bdi className={css.organization} title={reporter.organization}>
                    {reporter.organization}
                  </bdi>
                </th>
                {reporter.days.map(({ day, mark }) => (
                  <td
                    key={day}
                    className={css.mark}
                    data-mark={mark}
                    title={`${day}: ${markWords[mark].words}`}
                  >
                    <span aria-hidden>{markWords[mark].sign}</span>
                    <VisuallyHidden>{markWords[mark].words}</VisuallyHidden>
                  </td>
                ))}
                <td className={css.state}>
                  {reporter.silentSince === undefined
                    ? `${reporter.receivedCount} received`
                    : `silent since ${reporter.silentSince}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </WideRegion>
      <Text size="sm" c="dimmed" className={css.key}>
        {calendarMarks.map(mark => (
          <span key={mark}>
            <span className={css.mark} data-mark={mark} aria-hidden>
              {markWords[mark].sign}
            </span>{' '}
            {markWords[mark].words}
          </span>
        ))}
      </Text>
    </>
  )
}
