import { Text, VisuallyHidden } from '@mantine/core'
import { type CalendarMark, calendarMarks, markWords } from './calendar-marks.ts'
import { DayGrid, dayGridName } from './day-grid.tsx'
import css from './reporter-calendar.module.css'

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
      <DayGrid
        label="Reports by organization and day"
        caption="Reports by organization and day (UTC). A sender without mail for you sends no report, so silence is a hint and no error."
        days={days}
        head="Organization"
        end={{ title: 'State', align: 'start' }}
      >
        <tbody>
          {reporters.map(reporter => (
            <tr key={reporter.organization}>
              <th scope="row" className={dayGridName}>
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
      </DayGrid>
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
