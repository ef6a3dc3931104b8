import * as z from 'zod'
import { addressRange, tcpListenAddress } from './values.ts'

/** Sub-section `publish.policyHost`: where policies are served. */
export const publishPolicyHost = z
  .strictObject({
    listen: z
      .array(tcpListenAddress())
      .max(16)
      .prefault([])
      .meta({ example: ['0.0.0.0:443', '[::]:443'] })
      .describe(
        'Where https://mta-sts.<domain>/.well-known/mta-sts.txt is served for every domain published here. Empty: nowhere.',
      ),
    http: z
      .array(tcpListenAddress())
      .max(16)
      .prefault([])
      .meta({ example: ['0.0.0.0:80', '[::]:80'] })
      .describe(
        'Where certificate authorities find the answers to HTTP-01 challenges; nothing else is served there. Authorities come to port 80. Empty: nowhere.',
      ),
    plainHttp: z
      .array(tcpListenAddress())
      .max(16)
      .prefault([])
      .meta({ example: ['127.0.0.1:8462'] })
      .describe(
        'Where policies are served without TLS, for a web server of yours in front that has the certificates. Empty: nowhere.',
      ),
    trustedProxies: z
      .array(addressRange())
      .max(64)
      .prefault(['127.0.0.0/8', '::1/128'])
      .meta({ example: ['127.0.0.0/8', '::1/128'] })
      .describe('Whose X-Forwarded-Host is believed at `plainHttp`; from others the Host itself counts.'),
  })
  .describe('The web server that gives out policies (RFC 8461 §3.3).')
