import * as z from 'zod'
import { publishCertificates } from './publish-certificates.ts'
import { publishDns } from './publish-dns.ts'
import { publishPolicyHost } from './publish-policy-host.ts'
import { publishRollout } from './publish-rollout.ts'

/** Section `publish`: what others are told about our domains. Each part has a file `publish-*.ts` of its own. */
export const publish = z
  .strictObject({
    policyHost: publishPolicyHost.prefault({}),
    certificates: publishCertificates.prefault({}),
    dns: publishDns.prefault({}),
    rollout: publishRollout.prefault({}),
  })
  .describe('Policies and records of your own domains: served, written, changed in safe steps.')
