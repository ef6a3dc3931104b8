import { Option } from 'commander'
import { failOnWords } from '../check/index.ts'

/** From which severity on findings make the exit status 1. */
export function failOnOption(): Option {
  return new Option('--fail-on <severity>', 'the mildest finding that makes the exit status 1')
    .choices(failOnWords)
    .default('error')
}
