/** Settings: the schema with every default and description, loading with line numbers, the reference made of both. */
export { type ConfigIssue, type ConfigIssueCode, configIssues, formatConfigIssue } from './issues.ts'
export { type ListedSetting, listSettings } from './list-settings.ts'
export { BUILT_IN_DEFAULTS, findConfigFile, type LoadedConfig, type LoadOptions, loadConfig } from './load.ts'
export type { Override } from './override.ts'
export { printConfig } from './print.ts'
export { formatConfigReference, formatExampleConfig } from './reference.ts'
export type {
  CheckConfig,
  Config,
  DnsConfig,
  HttpConfig,
  LogConfig,
  LogLevel,
  OutboundConfig,
  PublishConfig,
  ReportsReceivedConfig,
} from './schema.ts'
export { configJsonSchema } from './setting.ts'
export { durationSeconds, type ListenAddress, type TcpAddress } from './values.ts'
