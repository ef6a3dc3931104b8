import { BarChart } from '@mantine/charts'
import '@mantine/charts/styles.css'
import { type StackRow, stackKinds, stackNames } from './session-stack.ts'

const colors = {
  'mta-sts': 'teal.7',
  dane: 'blue.6',
  unprotected: 'gray.5',
  failed: 'red.7',
} as const

const short = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** Sessions of each day, stacked by what protected them. Loaded by itself, as the library of charts is large. */
export function SessionsChart({
  rows,
  height,
}: {
  readonly rows: readonly StackRow[]
  readonly height: number
}) {
  return (
    <BarChart
      h={height}
      data={[...rows]}
      dataKey="day"
      type="stacked"
      withLegend
      legendProps={{ verticalAlign: 'bottom', itemSorter: null }}
      series={stackKinds.map(kind => ({ name: kind, label: stackNames[kind], color: colors[kind] }))}
      valueFormatter={value => short.format(value)}
      barProps={{ isAnimationActive: false }}
      xAxisProps={{ tickFormatter: (day: string) => day.slice(5), minTickGap: 24 }}
    />
  )
}
