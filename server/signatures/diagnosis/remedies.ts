/** What each fault of a check is called, and what mends it. The sentence between the two comes from the check itself. */
import type { FaultId } from '../fault.ts'

export interface Remedy {
  readonly title: string
  /** Instead of what the check says. */
  readonly says?: string
  readonly remedy: string
}

/** A mismatch where the provider's public key checks, and there is no secret that could be the wrong one. */
export const MISMATCH_OF_KEY: Remedy = {
  title: 'The signature does not fit',
  says: 'Another key signed than the one that is set here, or something on the way changed what was signed.',
  remedy:
    'Check that this is the public key of exactly this sender (test or live, this app), and that it was not replaced.',
}

export const REMEDIES: Record<FaultId, Remedy> = {
  no_secret: { title: 'No secret', remedy: "Add the signing secret in the endpoint's settings." },
  secret_unreadable: {
    title: 'The secret cannot be read',
    remedy: 'Copy the signing secret from the provider again, all of it, without spaces or quotes.',
  },
  no_public_key: { title: 'No public key', remedy: "Add the provider's public key in the endpoint's settings." },
  public_key_unreadable: {
    title: 'The public key cannot be read',
    remedy: 'Copy the public key from the provider again, all of it, in the form the scheme needs.',
  },
  public_key_unknown: {
    title: 'The key is not known here',
    remedy: "Add the public key that the request names, or let it be fetched in the endpoint's settings.",
  },
  setting_missing: { title: 'A setting is missing', remedy: "Add it in the endpoint's signing settings." },
  signature_missing: {
    title: 'No signature',
    remedy: 'Turn signing on at the provider, or choose the scheme that this sender uses.',
  },
  element_missing: { title: 'No signature of this form', remedy: 'Choose the scheme that this sender uses.' },
  signature_malformed: {
    title: 'The signature is malformed',
    remedy: 'Choose the scheme that this sender uses, or mend the encoding at the sender.',
  },
  timestamp_missing: {
    title: 'No timestamp',
    remedy: 'Something on the way may have dropped the header; compare with what the sender sent.',
  },
  timestamp_malformed: {
    title: 'The timestamp is malformed',
    remedy: 'Choose the scheme that this sender uses, or mend the unit at the sender.',
  },
  id_missing: {
    title: 'No message id',
    remedy: 'Something on the way may have dropped the header; compare with what the sender sent.',
  },
  part_missing: {
    title: 'A signed part is missing',
    remedy: 'The scheme signs a part that this request does not have; check the scheme.',
  },
  companion_differs: {
    title: 'A header differs from the setting',
    remedy: 'The request may be meant for another app or endpoint; compare the setting with the provider.',
  },
  condition_differs: {
    title: 'The signature fits, but not to this request',
    remedy: 'Something on the way may have changed the body or the URL; compare with what the sender sent.',
  },
  token_malformed: {
    title: 'The token cannot be read',
    remedy: 'Choose the scheme that this sender uses; the value that came is no signed token.',
  },
  token_algorithm: {
    title: 'The token is signed in another way',
    remedy: 'Choose the scheme that this sender uses. A token must never choose how it is checked.',
  },
  claim_missing: {
    title: 'The token lacks a statement',
    remedy: 'Choose the scheme that this sender uses; its tokens say more than this one.',
  },
  claim_differs: {
    title: 'The token was made for another request',
    remedy: 'Something on the way may have changed the body or the URL, or the request was meant for another receiver.',
  },
  mismatch: {
    title: 'The signature does not fit',
    says: 'The sender signed with another secret, or something on the way changed what was signed.',
    remedy:
      'Check that this is the signing secret of exactly this webhook at the provider (test or live, this address).',
  },
  body_borne: {
    title: 'The signature stands in the body',
    remedy: 'The body must be JSON of at most 1 MiB to be read.',
  },
}
