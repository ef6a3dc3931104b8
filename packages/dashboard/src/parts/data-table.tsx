import { Table, Text } from '@mantine/core'
import type { ReactNode } from 'react'

export interface DataColumn<Row> {
  readonly key: string
  readonly title: ReactNode
  readonly cell: (row: Row) => ReactNode
  /** Numbers stand at the right. */
  readonly numeric?: boolean
}

export interface DataTableProps<Row> {
  /** What the table tells; said by screen readers, shown above it. */
  readonly caption: string
  readonly columns: readonly DataColumn<Row>[]
  readonly rows: readonly Row[]
  readonly rowKey: (row: Row) => string
  /** Instead of rows, where there are none. */
  readonly empty?: ReactNode
  /** Below this width it scrolls inside. Units: pixels. */
  readonly minWidth?: number
}

/** A table of up to some hundred rows. Where the page is narrow it scrolls, the page does not. */
export function DataTable<Row>({
  caption,
  columns,
  rows,
  rowKey,
  empty = 'Nothing yet.',
  minWidth = 480,
}: DataTableProps<Row>) {
  return (
    <Table.ScrollContainer minWidth={minWidth} type="native" tabIndex={0} role="region" aria-label={caption}>
      <Table striped highlightOnHover captionSide="top" verticalSpacing="xs">
        <Table.Caption ta="start" fz="sm">
          {caption}
        </Table.Caption>
        <Table.Thead>
          <Table.Tr>
            {columns.map(column => (
              <Table.Th key={column.key} scope="col" ta={column.numeric === true ? 'end' : 'start'}>
                {column.title}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map(row => (
            <Table.Tr key={rowKey(row)}>
              {columns.map(column => (
                <Table.Td
                  key={column.key}
                  ta={column.numeric === true ? 'end' : 'start'}
                  style={{ overflowWrap: 'break-word' }}
                >
                  {column.cell(row)}
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
          {rows.length === 0 ? (
            <Table.Tr>
              <Table.Td colSpan={columns.length}>
                <Text c="dimmed" size="sm">
                  {empty}
                </Text>
              </Table.Td>
            </Table.Tr>
          ) : null}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
