/** What to put where: so that a mail server asks Sternpost, and a web server serves its policies. */
export { type AdviceInput, advisePostfix, type PostfixAdvice, type PostfixSetting } from './advise-postfix.ts'
export { findCaBundle } from './ca-bundle.ts'
export { eximAdvice } from './exim.ts'
export { formatNotes, formatPostfixAdvice, formatPostfixDifference } from './format-postfix.ts'
export {
  PostconfError,
  type PostconfOptions,
  readPostfixFacts,
  reloadPostfix,
  writePostfixSettings,
} from './postconf.ts'
export { type PostfixFacts, type PostfixParameter, postfixParameters } from './postfix-facts.ts'
export { socketmapAddress } from './postfix-maps.ts'
export { parsePostfixVersion } from './postfix-version.ts'
export { type PolicySource, type WebServer, webServerSnippet, webServers } from './web-servers.ts'
export { zimbraAdvice } from './zimbra.ts'
