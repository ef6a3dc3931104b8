import { Option } from 'commander'
import type { FailOn } from '../check/index.ts'

const choices: readonly FailOn[] = ['error', 'warning', 'advice', 'never']

/** From which severity on findings make the exit status 1. */
export function failOnOption(): Option {
  return new Option('--fail-on <severity>', 'the mildest finding that makes the exit status 1')
    .choices(choices)
    .default('error')
}
