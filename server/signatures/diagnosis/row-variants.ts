/** The row that says how it was signed in fact, so that it can be used from then on: proven by the ordinary check before it is told. */
import type { Diagnosis } from '../../../shared/diagnosis.ts'
import type { JwtAlgorithm, Scheme } from '../../../shared/scheme.ts'
import type { Credentials, Definition } from '../definition.ts'
import type { SignedRequest } from '../request.ts'
import { findScheme } from '../schemes.ts'
import type { Finding } from './finding.ts'
import { unitOf } from './moments.ts'
import { stampOf } from './stamp-variants.ts'
import { idOfRow, schemeThatFits } from './table.ts'
import type { Tries } from './tries.ts'

/** Empty where the chosen row is right, and only the secret, the body or the URL is not. */
export function foundScheme(
  finding: Finding,
  definition: Definition | undefined,
  credentials: Credentials,
  request: SignedRequest,
  tries: Tries,
): Pick<Diagnosis, 'scheme' | 'schemeId'> {
  if (finding.schemeId !== undefined) {
    const entry = findScheme(finding.schemeId)
    return entry === undefined ? {} : { scheme: entry.row, schemeId: entry.id }
  }
  if (finding.solved !== undefined) return named(finding.solved, idOfRow(finding.solved, request))
  const { body, url, method, key, stamp, place, algorithm } = finding
  const another = place !== undefined || algorithm !== undefined || stamp !== undefined || key?.key !== undefined
  if (definition === undefined || !another || body !== undefined || url !== undefined || method !== undefined) return {}
  if (key !== undefined && key.cause !== 'secret_form') return {} // then the secret is to be changed, and not the scheme
  const row = changed(definition.row, finding, request)
  if (!tries.fits({ ...definition, id: 'custom', row }, credentials, request)) return {}
  const id = schemeThatFits(definition, credentials, request, tries)
  return id !== undefined ? named(findScheme(id)?.row ?? row, id) : definition.code === undefined ? { scheme: row } : {}
}

function changed(row: Scheme, { key, place, algorithm, stamp }: Finding, request: SignedRequest): Scheme {
  const { stamp: beside, ...form } = place?.form ?? {}
  // The form of the chosen scheme goes with its place: what stands elsewhere has its own.
  const sig: Scheme['sig'] = place === undefined ? row.sig : { in: place.in, name: place.name, ...form, enc: place.enc }
  const sent = stamp === undefined ? undefined : stampOf(row, request)
  const unit = (sent === undefined ? undefined : unitOf(sent)) ?? row.ts?.unit
  const name = beside !== undefined && row.ts?.in === 'sigField' ? beside.field : row.ts?.name
  return {
    ...row,
    ...(algorithm === undefined ? {} : isJwtAlgorithm(algorithm) ? { algs: [algorithm] } : { alg: algorithm }),
    ...(key?.key === undefined ? {} : { key: key.key }),
    sig,
    ...(row.ts === undefined || unit === undefined || name === undefined ? {} : { ts: { ...row.ts, unit, name } }),
  }
}

const isJwtAlgorithm = (name: NonNullable<Finding['algorithm']>): name is JwtAlgorithm => /^[HRE]S\d+$/.test(name)

function named(scheme: Scheme, schemeId: string | undefined): Pick<Diagnosis, 'scheme' | 'schemeId'> {
  return { scheme, ...(schemeId === undefined ? {} : { schemeId }) }
}
