import * as z from 'zod'
import { publishCertificates } from './publish-certificates.ts'
import { publishPolicyHost } from './publish-policy-host.ts'

/** Section `publish`: what others are told about our domains. Each part has a file `publish-*.ts` of its own. */
export const publish = z
  .strictObject({
    policyHost: publishPolicyHost.prefault({}),
    certificates: publishCertificates.prefault({}),
  })
  .describe('Policies and records of your own domains: served, written, changed in safe steps.')
