import type { Config } from '../config/index.ts'

/** Whether the configuration opens any way for TLS reports; without one nothing of that room is loaded. */
export function wantsReports({ http, reportsReceived: { https, smtp, imap, folders } }: Config): boolean {
  const byHttps = https.listen !== 'off' || (https.accept && http.listen !== 'off')
  return byHttps || smtp.listen.length > 0 || imap.host !== undefined || folders.length > 0
}
