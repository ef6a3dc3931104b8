import type { ApiOutput } from 'sternpost/api'

export type Cause = ApiOutput<'GET /overview'>['failuresByCause'][number]['cause']

/** Where failures most likely come from, in plain words, and what that means. */
export const causeWords: Readonly<Record<Cause, { readonly title: string; readonly about: string }>> = {
  'our-misconfiguration': {
    title: 'Our own servers',
    about: 'Most likely something is to be set right at our mail servers, certificates or policy.',
  },
  'possible-downgrade': {
    title: 'Possible interference',
    about: 'Somebody on the way may be removing the encryption; a firewall can look the same.',
  },
  'sender-problem': {
    title: "The sender's side",
    about: 'Most likely a fault of the sender; nothing is to be done here.',
  },
  undecided: {
    title: 'Not decided',
    about: 'The reports do not tell where it comes from.',
  },
}
