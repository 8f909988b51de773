/** All endpoints, and the form for a new one. */
import { useState } from 'preact/hooks'
import type { Endpoint } from '../../shared/endpoint.ts'
import { age, plural } from '../format.ts'
import { CopyButton } from '../ui/copy.tsx'
import { Dialog } from '../ui/dialog.tsx'
import { Empty } from '../ui/empty.tsx'
import { TextField } from '../ui/field.tsx'
import { Icon } from '../ui/icon.tsx'
import type { World } from '../world.ts'
import { nameOf, slugOf } from '../names.ts'
import { orNull, SaveBar, useSaving } from './form.tsx'
import './page.css'
import './endpoint-list.css'

export function EndpointList({ world, onNew }: { world: World; onNew: () => void }) {
  const all = world.endpoints.all.value
  return (
    <div class="page-scroll">
      <div class="page-column endpoint-list">
        <div class="list-head">
          <h2>Endpoints</h2>
          <button type="button" data-look="primary" onClick={onNew}>
            <Icon name="plus" />
            New endpoint
          </button>
        </div>
        {all.length === 0 ? (
          <Empty icon="inbox" title="There is no endpoint">
            <p>An endpoint is a URL that senders post to. Make one to begin.</p>
          </Empty>
        ) : (
          <ul>
            {all.map((endpoint) => (
              <Item key={endpoint.id} world={world} endpoint={endpoint} />
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}

function Item({ world, endpoint }: { world: World; endpoint: Endpoint }) {
  const slug = slugOf(endpoint)
  const scheme = endpoint.signing?.scheme
  return (
    <li>
      <div class="item-main">
        <a href={world.router.href({ name: 'inbox', endpoint: slug })}>{nameOf(endpoint)}</a>
        <code>{endpoint.url}</code>
        <p class="muted">
          {plural(endpoint.captures, 'capture')} ·{' '}
          {scheme === undefined ? 'signatures not checked' : `checks ${scheme}`} · made{' '}
          {age(endpoint.createdAt, world.clock.now.value)}
        </p>
      </div>
      <CopyButton look="icon" label={`Copy the URL of ${nameOf(endpoint)}`} text={endpoint.url} />
      <a
        class="button"
        data-look="icon"
        href={world.router.href({ name: 'settings', endpoint: slug, section: 'general' })}
      >
        <Icon name="settings" />
        <span class="visually-hidden">Settings of {nameOf(endpoint)}</span>
      </a>
    </li>
  )
}

export function NewEndpoint({ world, onClose }: { world: World; onClose: () => void }) {
  const [name, setName] = useState('')
  const [alias, setAlias] = useState('')
  const [id, setId] = useState('')
  const saving = useSaving(['name', 'alias', 'id'])
  const submit = async (event: SubmitEvent) => {
    event.preventDefault()
    await saving.save(async () => {
      const made = await world.endpoints.add({
        ...(orNull(name) === null ? {} : { name: name.trim() }),
        ...(orNull(alias) === null ? {} : { alias: alias.trim() }),
        ...(orNull(id) === null ? {} : { id: id.trim() }),
      })
      onClose()
      world.router.go({ name: 'inbox', endpoint: slugOf(made) })
    })
  }
  return (
    <Dialog title="New endpoint" onClose={onClose}>
      <form class="new-endpoint" onSubmit={submit}>
        <TextField
          label="Name"
          hint="For you, in lists. May stay empty."
          error={saving.errorAt('name')}
          value={name}
          maxLength={200}
          onText={setName}
        />
        <TextField
          label="Alias"
          hint="Makes a URL that can be remembered, such as …/stripe-dev."
          error={saving.errorAt('alias')}
          value={alias}
          verbatim
          onText={setAlias}
        />
        <details>
          <summary>Claim an id</summary>
          <TextField
            label="UUID"
            hint="The id of a URL that a provider already sends to, so that only the host has to change. Empty: a new one."
            error={saving.errorAt('id')}
            value={id}
            verbatim
            onText={setId}
          />
        </details>
        <SaveBar saving={saving} />
      </form>
    </Dialog>
  )
}
