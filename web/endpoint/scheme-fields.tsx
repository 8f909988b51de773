/** A scheme spelled out by hand, for a provider that is in no table: the same shape the table has. */
import { usesPublicKey } from '../../shared/scheme-key.ts'
import type { Scheme } from '../../shared/scheme.ts'
import { TextField } from '../ui/field.tsx'
import { SelectField } from '../ui/select-field.tsx'
import { JwtFields } from './jwt-fields.tsx'
import { keyed, withAlgorithm, withText } from './scheme-edit.ts'
import { SchemeParts } from './scheme-parts.tsx'
import { ALGORITHMS } from '../scheme-words.ts'

/** Paths of the row that have a field, so that what is wrong can stand beside it; the more special before the more general. */
export const SCHEME_PATHS = [
  'alg',
  'algs',
  'claims.iss',
  'claims.aud',
  'claims.bodySha256Hex',
  'claims.urlSha256Hex',
  'claims.maxAge',
  'claims.skew',
  'key.strip',
  'key.bare',
  'key.enc',
  'sig.in',
  'sig.name',
  'sig.aliases',
  'sig.list',
  'sig.kv',
  'sig.field',
  'sig.prefix',
  'sig.enc',
  'sig.emitJoin',
  'ts.name',
  'ts.past',
  'ts.future',
  'ts',
  'id',
  'match',
  'content',
]

export interface SchemePartProps {
  readonly scheme: Scheme
  /** What is wrong at a path of the row. */
  readonly errorAt: (path: string) => string | undefined
  readonly onChange: (scheme: Scheme) => void
}

const PLACES = { header: 'a header', query: 'a query parameter', bodyJson: 'the JSON body' } as const
const SECRETS = { utf8: 'text, used as it is', base64: 'base64', hex: 'hex' } as const
const PUBLIC_KEYS = {
  pem: 'a public key in PEM (-----BEGIN …)',
  hex: 'a public key in hex',
  base64: 'a bare public key in base64',
  'spki-base64': 'a public key in base64 (SPKI)',
  jwk: 'a public key as JWK',
} as const

export function SchemeFields({ scheme, errorAt, onChange }: SchemePartProps) {
  const { alg, key, sig, content } = scheme
  const setSig = (next: Scheme['sig']) => onChange({ ...scheme, sig: next })
  const isSigned = alg !== 'jwt' && alg !== 'token'
  return (
    <>
      <div class="form-row">
        <SelectField
          label="Algorithm"
          value={alg}
          options={ALGORITHMS}
          error={errorAt('alg')}
          onChange={(next) => onChange(withAlgorithm(scheme, next))}
        />
        <SelectField
          label={alg === 'token' ? 'The token stands in' : 'The signature stands in'}
          value={sig.in}
          options={alg === 'jwt' ? { ...PLACES, body: 'the whole body' } : PLACES}
          error={errorAt('sig.in')}
          onChange={(next) => setSig({ ...sig, in: next })}
        />
        {sig.in === 'body' ? null : (
          <TextField
            verbatim
            label={sig.in === 'header' ? 'Header' : sig.in === 'query' ? 'Parameter' : 'JSON path'}
            value={sig.name}
            required
            error={errorAt('sig.name')}
            onText={(name) => setSig({ ...sig, name })}
          />
        )}
        {isSigned ? (
          <SelectField
            label="Encoding"
            value={sig.enc}
            options={{ hex: 'hex', base64: 'base64', base64url: 'base64url' }}
            error={errorAt('sig.enc')}
            onChange={(enc) => setSig({ ...sig, enc })}
          />
        ) : null}
        <TextField
          verbatim
          label="Prefix"
          value={sig.prefix ?? ''}
          placeholder={alg === 'jwt' || alg === 'token' ? 'Bearer ' : 'sha256='}
          error={errorAt('sig.prefix')}
          onText={(text) => setSig(withText(sig, 'prefix', text))}
        />
        <SelectField
          label={usesPublicKey(scheme) ? 'The key is' : 'The secret is'}
          value={key.enc}
          options={usesPublicKey(scheme) ? PUBLIC_KEYS : SECRETS}
          error={errorAt('key.enc')}
          onChange={(enc) => onChange(keyed({ ...scheme, key: { ...key, enc } }))}
        />
      </div>
      {isSigned ? (
        <TextField
          verbatim
          label="What is signed"
          hint="Text with {body} {ts} {id} {url} {method} {secret} {query} {bodyBase64} {crc32} {json:path} {header:name} {extra:name}."
          value={content}
          required
          error={errorAt('content')}
          onText={(next) => onChange({ ...scheme, content: next })}
        />
      ) : null}
      {alg === 'jwt' ? <JwtFields scheme={scheme} errorAt={errorAt} onChange={onChange} /> : null}
      <SchemeParts scheme={scheme} errorAt={errorAt} onChange={onChange} />
    </>
  )
}
