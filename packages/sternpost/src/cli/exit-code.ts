/** What the shell is told; the same for every command. */
export const exitCode = {
  fine: 0,
  /** Something was found that the command is there to find. */
  findings: 1,
  /** A wrong command line or a wrong configuration. */
  usage: 2,
  /** It could not be told, or not be done now; trying again can help. */
  temporary: 3,
} as const
export type ExitCode = (typeof exitCode)[keyof typeof exitCode]
