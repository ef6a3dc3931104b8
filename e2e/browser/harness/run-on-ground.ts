import { type CommandResult, nodeArguments, runCommand } from '../../../tools/suite.ts'
import { GROUND_FILE } from './browser-ground.ts'
import { layGround } from './lay-ground.ts'

/** Lays the ground, runs a script of the repository on it, and clears it away. */
export async function runOnGround(
  chromiumPath: string,
  script: readonly string[],
  log: (line: string) => void,
): Promise<CommandResult> {
  const ground = await layGround(chromiumPath, log)
  try {
    return await runCommand(process.execPath, nodeArguments(...script), {
      show: true,
      env: { [GROUND_FILE]: ground.file },
    })
  } finally {
    await ground.close()
  }
}
