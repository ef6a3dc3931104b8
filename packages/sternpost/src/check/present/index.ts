export { cutText, MAX_EVIDENCE, printedCharacters } from './cut-text.ts'
export {
  type DeliveryTable,
  deliveryLegend,
  deliveryTable,
  deliveryWord,
  senderTitle,
} from './delivery-table.ts'
export { describeSubject } from './describe-subject.ts'
export { findingPageOf } from './finding-page-of.ts'
export { findingPagePath } from './finding-page-path.ts'
export { fineAreas } from './fine-areas.ts'
export { formatHtml } from './html.ts'
export { formatJunit } from './junit.ts'
export { formatMarkdown } from './markdown.ts'
export { measuredLine } from './measured-line.ts'
export { nearestCodes } from './nearest-codes.ts'
export type { PresentedCheck } from './presented-check.ts'
export { formatSarif } from './sarif.ts'
export { describeCounts, severityWord, toldFindings } from './severity-words.ts'
