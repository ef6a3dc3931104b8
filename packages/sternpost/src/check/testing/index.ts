export { hostileTexts, sampleCheck, sampleFinding, sampleOutcome } from './sample-checks.ts'
