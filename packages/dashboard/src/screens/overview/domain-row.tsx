import { memo } from 'react'
import { ModeWord } from '../../parts/index.ts'
import css from './domain-table.module.css'
import { formatCount, formatShare } from './figures.ts'
import { Sparkline } from './sparkline.tsx'
import type { DomainRow } from './use-domain-rows.ts'

/** The address of a domain's page. */
function domainPath(domain: string): string {
  return `/domains/${encodeURIComponent(domain)}`
}

/**
 * One domain of the table; a row that is still on its way keeps its place.
 *
 * The link is a plain one, which the table follows: a link of the router reckons its address anew at every change of
 * the address, thirty of them at every key of a filter.
 */
export const DomainTableRow = memo(function DomainTableRow({
  index,
  row,
  from,
}: {
  readonly index: number
  readonly row: DomainRow | undefined
  readonly from: string
}) {
  // The header is the first row.
  const position = { 'aria-rowindex': index + 2 }
  if (row === undefined)
    return (
      <tr {...position} className={css.row}>
        <th scope="row" className={css.pending}>
          Reading row {(index + 1).toLocaleString('en')} …
        </th>
        <td colSpan={7} />
      </tr>
    )
  const { domain, mode, daysInMode, days, failedSessionCount, failedShare, problems, nextStep } = row
  const sessions = row.successfulSessionCount + failedSessionCount
  return (
    <tr {...position} className={css.row}>
      <th scope="row">
        <a href={domainPath(domain)} className={css.domain} title={domain} data-row={index}>
          <bdi>{domain}</bdi>
        </a>
      </th>
      <td>
        <ModeWord mode={mode} />
      </td>
      <td className={css.figure}>{daysInMode === undefined ? '–' : daysInMode.toLocaleString('en')}</td>
      <td>
        <Sparkline days={days} from={from} />
      </td>
      <td className={css.figure}>{formatCount(sessions)}</td>
      <td className={css.figure} data-bad={failedSessionCount > 0}>
        {failedShare === undefined ? '–' : formatShare(failedShare)}
      </td>
      <td className={css.figure} data-bad={problems.length > 0} title={problems[0]?.message}>
        {problems.length}
      </td>
      <td>
        <span className={css.next} title={nextStep}>
          {nextStep}
        </span>
      </td>
    </tr>
  )
})
