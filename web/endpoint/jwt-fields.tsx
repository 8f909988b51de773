/** What a JWT may be signed with, and what it must say of itself and of the request. */
import { useId } from 'preact/hooks'
import type { Claims, JwtAlgorithm, Scheme } from '../../shared/scheme.ts'
import { Check, TextField } from '../ui/field.tsx'
import { keyed, omit, seconds, withText } from './scheme-edit.ts'
import type { SchemePartProps } from './scheme-fields.tsx'

const SHARED: readonly JwtAlgorithm[] = ['HS256', 'HS384', 'HS512']
const PUBLIC: readonly JwtAlgorithm[] = ['RS256', 'ES256']

export function JwtFields({ scheme, errorAt, onChange }: SchemePartProps) {
  const algs = scheme.algs ?? []
  const claims = scheme.claims ?? {}
  const error = errorAt('algs')
  const id = useId()
  const setClaims = (next: Claims) => {
    onChange(Object.keys(next).length === 0 ? omit(scheme, ['claims']) : { ...scheme, claims: next })
  }
  const toggle = (one: JwtAlgorithm, on: boolean) => onChange(withJwtAlgorithm(scheme, one, on))
  const text = (name: 'iss' | 'aud' | 'bodySha256Hex' | 'urlSha256Hex', label: string, hint: string) => (
    <TextField
      verbatim
      label={label}
      hint={hint}
      value={claims[name] ?? ''}
      error={errorAt(`claims.${name}`)}
      onText={(next) => setClaims(withText(claims, name, next))}
    />
  )
  const span = (name: 'maxAge' | 'skew', label: string, hint: string) => (
    <TextField
      label={label}
      hint={hint}
      value={claims[name] === undefined ? '' : String(claims[name])}
      error={errorAt(`claims.${name}`)}
      onText={(next) => {
        const read = seconds(next, claims[name] ?? null)
        setClaims(read === null ? omit(claims, [name]) : { ...claims, [name]: read })
      }}
    />
  )
  return (
    <>
      <fieldset aria-describedby={error === undefined ? undefined : `${id}-error`}>
        <legend>Accepted algorithms</legend>
        <div class="check-row">
          {[...SHARED, ...PUBLIC].map((one) => (
            <Check key={one} label={one} checked={algs.includes(one)} onChange={(on) => toggle(one, on)} />
          ))}
        </div>
        {error === undefined ? null : (
          <p class="field-error" id={`${id}-error`} role="alert">
            {error}
          </p>
        )}
      </fieldset>
      <fieldset>
        <legend>What the token must say</legend>
        <div class="form-row">
          {text('iss', 'Issuer', 'What its “iss” must be. Empty: any.')}
          {text('aud', 'Setting with the audience', 'The name of a setting that its “aud” must equal. Empty: any.')}
          {text('bodySha256Hex', 'Claim with the body’s hash', 'Holds the SHA-256 of the body in hex. Empty: none.')}
          {text('urlSha256Hex', 'Claim with the URL’s hash', 'Holds the SHA-256 of the URL in hex. Empty: none.')}
          {span('maxAge', 'Seconds it may be old', 'Counted from its “iat”. Empty: any age.')}
          {span('skew', 'Seconds clocks may differ', 'Empty: none.')}
        </div>
        <Check
          label="It must say when it expires"
          hint="A token without “exp” is refused."
          checked={claims.requireExp === true}
          onChange={(on) => setClaims(on ? { ...claims, requireExp: true } : omit(claims, ['requireExp']))}
        />
      </fieldset>
    </>
  )
}

/** A shared secret and a public key are never accepted side by side: choosing one kind drops the other. */
export function withJwtAlgorithm(scheme: Scheme, one: JwtAlgorithm, on: boolean): Scheme {
  const kind = SHARED.includes(one) ? SHARED : PUBLIC
  const before = scheme.algs ?? []
  const algs = on ? kind.filter((each) => each === one || before.includes(each)) : before.filter((each) => each !== one)
  return algs.length === 0 ? scheme : keyed({ ...scheme, algs: [...algs] })
}
