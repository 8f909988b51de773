/** Why a signature is not accepted, or a request cannot be signed: an id for programs, a sentence for people. No sentence quotes a secret. */

export type FaultId =
  | 'no_secret'
  | 'secret_unreadable'
  | 'no_public_key'
  | 'public_key_unreadable'
  | 'public_key_unknown'
  | 'setting_missing'
  | 'signature_missing'
  | 'element_missing'
  | 'signature_malformed'
  | 'timestamp_missing'
  | 'timestamp_malformed'
  | 'id_missing'
  | 'part_missing'
  | 'companion_differs'
  | 'condition_differs'
  | 'token_malformed'
  | 'token_algorithm'
  | 'claim_missing'
  | 'claim_differs'
  | 'mismatch'
  | 'body_borne'

export interface Fault {
  readonly id: FaultId
  readonly says: string
}

/** Why a request cannot be signed anew: as above, or a time in the body that would have to change, or something else that makes it invalid. */
export interface SigningFault {
  readonly id: FaultId | 'body_time' | 'not_remade'
  readonly says: string
}
