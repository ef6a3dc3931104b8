import { Stack, Text } from '@mantine/core'
import { ForeignText } from '../../parts/index.ts'

/** Longer than any sentence with names as they are; a stranger's name can be thousands of characters long. */
const MAX_CHARACTERS = 700

/** Sentences one under the other, the first as the most important. */
export function Sentences({ sentences }: { readonly sentences: readonly string[] }) {
  return (
    <Stack gap={6} maw="46rem">
      {sentences.map((sentence, place) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sentences may repeat and never move
        <Text key={place} {...(place === 0 ? { fz: 'lg', fw: 500 } : {})}>
          <ForeignText text={sentence} characters={MAX_CHARACTERS} />
        </Text>
      ))}
    </Stack>
  )
}
