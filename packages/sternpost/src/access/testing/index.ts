/** What tests of this room and of others use. */
export { startTestProvider, type TestProvider } from './start-test-provider.ts'
