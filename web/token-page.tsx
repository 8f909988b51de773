/** What stands in the way without a token: where it is found, and a field for it. */
import { useState } from 'preact/hooks'
import { Field } from './ui/field.tsx'
import type { World } from './world.ts'
import './token-page.css'

export function TokenPage({ world }: { world: World }) {
  const [token, setToken] = useState('')
  const [refusal, setRefusal] = useState<string | undefined>(undefined)
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    setRefusal(await world.useToken(token.trim()))
  }
  return (
    <main class="token-page">
      <form onSubmit={submit}>
        <h1>Hookwell asks for its token</h1>
        <p class="muted">
          This inspector was started with a token. The link it printed at its start holds it; or paste it here. It stays
          in this browser.
        </p>
        <Field label="Token" error={refusal}>
          {(parts) => (
            <input
              {...parts}
              type="password"
              autocomplete="off"
              required
              value={token}
              onInput={(event) => setToken(event.currentTarget.value)}
            />
          )}
        </Field>
        <button type="submit" data-look="primary">
          Open
        </button>
      </form>
    </main>
  )
}
