/** The forms that rows of the table are mostly made of, so that an entry says only what is the provider's own. */
import type { Encoding, Scheme } from '../../../shared/scheme.ts'

/** The version of a library that was read, on the registry's own page. */
export const npm = (name: string, version: string): string => `https://www.npmjs.com/package/${name}/v/${version}`

/** HMAC-SHA256 over the raw body alone, in a header. No timestamp: such a request can be replayed for ever. */
export function overBody(name: string, enc: Encoding, prefix?: string): Scheme {
  return {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name, ...(prefix === undefined ? {} : { prefix }), enc },
    content: '{body}',
  }
}

/** `t=…,v1=…` over `{ts}.{body}`, as Stripe began it. */
export function timeAndFields(
  name: string,
  ts: { unit: 's' | 'ms'; past: number | null },
  enc: Encoding = 'hex',
): Scheme {
  return {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name, list: ',', kv: '=', field: 'v1', enc },
    ts: { in: 'sigField', name: 't', ...ts, future: null },
    content: '{ts}.{body}',
  }
}

/** Standard Webhooks with the given header names. */
export function standard(
  family: 'webhook' | 'svix',
  key: Scheme['key'] = { enc: 'base64', strip: ['whsec_'] },
): Scheme {
  return {
    alg: 'hmac-sha256',
    key,
    sig: { in: 'header', name: `${family}-signature`, list: ' ', kv: ',', field: 'v1', enc: 'base64' },
    id: { name: `${family}-id` },
    ts: { in: 'header', name: `${family}-timestamp`, unit: 's', past: 300, future: 300 },
    content: '{id}.{ts}.{body}',
  }
}

/** A value that was agreed on and is sent along as it is. */
export function token(where: Scheme['sig']['in'], name: string): Scheme {
  return { alg: 'token', key: { enc: 'utf8' }, sig: { in: where, name, enc: 'utf8' }, content: '' }
}

export const withAlgorithm = (alg: Scheme['alg'], row: Scheme): Scheme => ({ ...row, alg })
export const withKey = (key: Scheme['key'], row: Scheme): Scheme => ({ ...row, key })
/** For providers whose own library compares the hex text: capital digits would be refused there. */
export const lowerCase = (row: Scheme): Scheme => ({ ...row, sig: { ...row.sig, hexCase: 'lower' } })

/** For schemes that only other tools describe. */
export const THIRD_PARTY =
  'Known from the code of other tools only, not from the provider itself: compare with a first real request.'
