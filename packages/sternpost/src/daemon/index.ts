/** What the daemon watches over and asks of the machine, apart from its jobs. */
export { ClockWatch } from './clock-watch.ts'
export { dialectOfInstalledPostfix } from './installed-postfix.ts'
export { outboundSettings } from './outbound-settings.ts'
export { createOutside, type Outside } from './outside.ts'
export { wantsPublish } from './publish-settings.ts'
export { wantsReports } from './report-settings.ts'
export { ResolverWatch } from './resolver-watch.ts'
export { socketmapListeners } from './socketmap-listeners.ts'
