import { Box, Skeleton, VisuallyHidden } from '@mantine/core'

/** Stands where something will be, as high as that will be, so that nothing jumps. Units: pixels or a CSS length. */
export function Loading({
  height = 240,
  label = 'Loading',
}: {
  readonly height?: number | string
  readonly label?: string
}) {
  return (
    <Box role="status" mih={height}>
      <VisuallyHidden>{label}</VisuallyHidden>
      <Skeleton height={height} radius="md" aria-hidden />
    </Box>
  )
}
