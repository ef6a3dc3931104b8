export { CheckArchive, type CheckFilter, type CheckPosition, type KeptCheck } from './check-archive.ts'
export { type CheckAcceptance, CheckDesk, type CheckDeskOptions } from './check-desk.ts'
export type { CheckNews, CheckWish } from './check-news.ts'
