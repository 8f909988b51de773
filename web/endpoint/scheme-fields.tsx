/** A scheme spelled out by hand, for a provider that is in no table: the same shape the table has. */
import type { Scheme } from '../../shared/scheme.ts'
import { Field, TextField } from '../ui/field.tsx'

/** The most common form there is: a hex HMAC-SHA256 of the body in one header. */
export function usualScheme(): Scheme {
  return {
    alg: 'hmac-sha256',
    key: { enc: 'utf8' },
    sig: { in: 'header', name: 'X-Signature', enc: 'hex' },
    content: '{body}',
  }
}

export function SchemeFields({ scheme, onChange }: { scheme: Scheme; onChange: (scheme: Scheme) => void }) {
  const { alg, key, sig, ts, content } = scheme
  const { prefix, list, kv, field } = sig
  const setSig = (change: Partial<Scheme['sig']>, without: (keyof Scheme['sig'])[] = []) =>
    onChange({ ...scheme, sig: omit({ ...sig, ...change }, without) })
  return (
    <fieldset class="form-box">
      <legend class="visually-hidden">Custom scheme</legend>
      <div class="form-row">
        <Choice
          label="Algorithm"
          value={alg}
          options={{
            'hmac-sha256': 'HMAC-SHA256',
            'hmac-sha1': 'HMAC-SHA1',
            'hmac-sha384': 'HMAC-SHA384',
            'hmac-sha512': 'HMAC-SHA512',
            'hash-sha256': 'SHA-256 without a key',
            token: 'Token, compared as it is',
            ed25519: 'Ed25519',
            'ecdsa-p256': 'ECDSA P-256 with SHA-256',
            'rsa-sha256': 'RSA with SHA-256',
            'rsa-sha1': 'RSA with SHA-1',
            jwt: 'JWT',
          }}
          onChange={(next) => onChange({ ...scheme, alg: next })}
        />
        <Choice
          label="Signature stands in"
          value={sig.in}
          options={{
            header: 'a header',
            query: 'a query parameter',
            bodyJson: 'the JSON body',
            body: 'the whole body',
          }}
          onChange={(next) => setSig({ in: next })}
        />
        <TextField
          verbatim
          label={sig.in === 'header' ? 'Header' : sig.in === 'query' ? 'Parameter' : 'JSON path'}
          value={sig.name}
          required
          onText={(name) => setSig({ name })}
        />
        <Choice
          label="Encoding"
          value={sig.enc}
          options={{ hex: 'hex', base64: 'base64', base64url: 'base64url', utf8: 'plain text' }}
          onChange={(enc) => setSig({ enc })}
        />
        <TextField
          verbatim
          label="Prefix"
          value={prefix ?? ''}
          placeholder="sha256="
          onText={(next) => (next === '' ? setSig({}, ['prefix']) : setSig({ prefix: next }))}
        />
        <Choice
          label="The secret is"
          value={key.enc}
          options={{
            utf8: 'text',
            base64: 'base64',
            hex: 'hex',
            'spki-base64': 'a public key in base64',
            pem: 'a public key in PEM',
            jwk: 'a public key as JWK',
          }}
          onChange={(enc) => onChange({ ...scheme, key: { ...key, enc } })}
        />
      </div>
      <TextField
        verbatim
        label="What is signed"
        hint="Text with {body} {ts} {id} {url} {method} {secret} {query} {json:path} {header:name}."
        value={content}
        required
        onText={(next) => onChange({ ...scheme, content: next })}
      />
      <details>
        <summary>Several parts in one value, timestamp, id</summary>
        <div class="form-part">
          <div class="form-row">
            <TextField
              verbatim
              label="Between elements"
              value={list ?? ''}
              placeholder=","
              onText={(next) => (next === '' ? setSig({}, ['list']) : setSig({ list: next }))}
            />
            <TextField
              verbatim
              label="Between name and value"
              value={kv ?? ''}
              placeholder="="
              onText={(next) => (next === '' ? setSig({}, ['kv']) : setSig({ kv: next }))}
            />
            <TextField
              verbatim
              label="Element with the signature"
              value={field ?? ''}
              placeholder="v1"
              onText={(next) => (next === '' ? setSig({}, ['field']) : setSig({ field: next }))}
            />
            <TextField
              verbatim
              label="Cut off the secret’s beginning"
              value={key.strip?.[0] ?? ''}
              placeholder="whsec_"
              onText={(next) =>
                onChange({ ...scheme, key: next === '' ? omit(key, ['strip']) : { ...key, strip: [next] } })
              }
            />
            <TextField
              verbatim
              label="Header with the id"
              value={scheme.id?.name ?? ''}
              onText={(name) => onChange(name === '' ? omit(scheme, ['id']) : { ...scheme, id: { name } })}
            />
          </div>
          <div class="form-row">
            <Choice
              label="Timestamp"
              value={ts?.in ?? 'none'}
              options={{
                none: 'none',
                header: 'in a header',
                sigField: 'an element of the signature',
                bodyJson: 'in the JSON body',
              }}
              onChange={(where) =>
                onChange(
                  where === 'none'
                    ? omit(scheme, ['ts'])
                    : {
                        ...scheme,
                        ts: {
                          ...(ts ?? {
                            name: where === 'sigField' ? 't' : 'X-Timestamp',
                            unit: 's',
                            past: 300,
                            future: 300,
                          }),
                          in: where,
                        },
                      },
                )
              }
            />
            {ts === undefined ? null : (
              <>
                <TextField
                  verbatim
                  label="Its name"
                  value={ts.name}
                  required
                  onText={(name) => onChange({ ...scheme, ts: { ...ts, name } })}
                />
                <Choice
                  label="Its unit"
                  value={ts.unit}
                  options={{ s: 'seconds', ms: 'milliseconds', iso: 'ISO 8601' }}
                  onChange={(unit) => onChange({ ...scheme, ts: { ...ts, unit } })}
                />
                <TextField
                  verbatim
                  label="Seconds it may be old"
                  hint="Empty: any age."
                  value={ts.past === null ? '' : String(ts.past)}
                  onText={(next) => onChange({ ...scheme, ts: { ...ts, past: seconds(next, ts.past) } })}
                />
                <TextField
                  verbatim
                  label="Seconds it may be early"
                  hint="Empty: any."
                  value={ts.future === null ? '' : String(ts.future)}
                  onText={(next) => onChange({ ...scheme, ts: { ...ts, future: seconds(next, ts.future) } })}
                />
              </>
            )}
          </div>
        </div>
      </details>
    </fieldset>
  )
}

interface ChoiceProps<T extends string> {
  readonly label: string
  readonly value: T
  readonly options: Readonly<Record<T, string>>
  readonly onChange: (value: T) => void
}

function Choice<T extends string>({ label, value, options, onChange }: ChoiceProps<T>) {
  const names = Object.keys(options) as T[] // Object.keys loses the key type
  return (
    <Field label={label}>
      {(parts) => (
        <select
          {...parts}
          value={value}
          onChange={(event) => {
            const chosen = names.find((name) => name === event.currentTarget.value)
            if (chosen !== undefined) onChange(chosen)
          }}
        >
          {names.map((name) => (
            <option key={name} value={name}>
              {options[name]}
            </option>
          ))}
        </select>
      )}
    </Field>
  )
}

function omit<T extends object, K extends keyof T>(value: T, names: readonly K[]): T {
  const left = { ...value }
  for (const name of names) delete left[name]
  return left
}

/** What cannot be read as a number leaves the limit as it was. */
function seconds(text: string, before: number | null): number | null {
  if (text.trim() === '') return null
  const read = Number(text)
  return Number.isFinite(read) && read >= 0 ? read : before
}
