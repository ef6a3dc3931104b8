import { Table, Text } from '@mantine/core'
import { IconCircleCheck, IconCircleX, IconHelpCircle } from '@tabler/icons-react'
import css from './gate-table.module.css'
import { criterionNames } from './stage-words.ts'
import { WideRegion } from './wide-region.tsx'

export interface ShownCriterion {
  readonly name: string
  readonly state: 'met' | 'unmet' | 'unknown'
  readonly value: string
  readonly wanted: string
  readonly missing: string | null
}

const states = {
  met: { words: 'Met', Icon: IconCircleCheck },
  unmet: { words: 'Not met', Icon: IconCircleX },
  unknown: { words: 'Not known', Icon: IconHelpCircle },
} as const

/** What must be there before mail may be refused: each criterion with what there is, what is wanted and what is missing. */
export function GateTable({ criteria }: { readonly criteria: readonly ShownCriterion[] }) {
  return (
    <WideRegion label="Criteria of the gate" from="start">
      <Table verticalSpacing="xs" miw={560}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Criterion</Table.Th>
            <Table.Th scope="col">State</Table.Th>
            <Table.Th scope="col">There is</Table.Th>
            <Table.Th scope="col">Wanted</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {criteria.map(({ name, state, value, wanted, missing }) => {
            const { words, Icon } = states[state]
            return (
              <Table.Tr key={name}>
                <Table.Th scope="row">{criterionNames[name] ?? name}</Table.Th>
                <Table.Td>
                  <span className={css.state} data-state={state}>
                    <Icon size={18} aria-hidden />
                    {words}
                  </span>
                </Table.Td>
                <Table.Td>{value}</Table.Td>
                <Table.Td>
                  {wanted}
                  {missing !== null && (
                    <Text size="sm" c="dimmed" className={css.missing}>
                      {missing}
                    </Text>
                  )}
                </Table.Td>
              </Table.Tr>
            )
          })}
        </Table.Tbody>
      </Table>
    </WideRegion>
  )
}
