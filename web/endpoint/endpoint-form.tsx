/** Settings of one endpoint, a section at a time. */
import { useCallback, useEffect, useState } from 'preact/hooks'
import type { Endpoint } from '../../shared/endpoint.ts'
import { plural } from '../format.ts'
import { SECTIONS, type Section } from '../route.ts'
import { CopyButton } from '../ui/copy.tsx'
import { Confirm } from '../ui/dialog.tsx'
import { Icon } from '../ui/icon.tsx'
import type { World } from '../world.ts'
import { AnswerFields } from './answer-fields.tsx'
import { nameOf, slugOf } from '../names.ts'
import type { Change } from './form.tsx'
import { GeneralFields } from './general-fields.tsx'
import { RetentionFields } from './retention-fields.tsx'
import { SigningFields } from './signing-fields.tsx'
import './page.css'

const NAMES: Record<Section, string> = {
  general: 'General',
  signature: 'Signature',
  answer: 'Answer',
  retention: 'Retention',
  danger: 'Delete',
}

interface EndpointFormProps {
  readonly world: World
  readonly endpoint: Endpoint
  readonly section: Section
  /** A scheme that the link here proposes. */
  readonly proposed?: string | undefined
}

export function EndpointForm({ world, endpoint, section, proposed }: EndpointFormProps) {
  const { router, endpoints } = world
  const slug = slugOf(endpoint)
  const setUnsaved = useCallback((unsaved: boolean) => router.hold(unsaved), [router])
  // Another section or screen has nothing to lose yet.
  useEffect(() => () => router.hold(false), [router, endpoint.id, section])
  const change: Change = async (patch) => {
    const changed = await endpoints.change(endpoint.id, patch)
    setUnsaved(false)
    // The alias stands in the URL of this very page.
    if (slugOf(changed) !== slug) router.replace({ name: 'settings', endpoint: slugOf(changed), section })
  }
  return (
    <div class="page-scroll">
      <div class="page-column">
        <div>
          <a class="button" data-look="quiet" href={router.href({ name: 'inbox', endpoint: slug })}>
            <Icon name="back" />
            Captures
          </a>
        </div>
        <h2>{nameOf(endpoint)}</h2>
        <p class="settings-url">
          <code>{endpoint.url}</code> <CopyButton look="icon" label="Copy the capture URL" text={endpoint.url} />
        </p>
        <nav class="settings-nav" aria-label="Settings">
          {SECTIONS.map((one) => (
            <a
              key={one}
              href={router.href({ name: 'settings', endpoint: slug, section: one })}
              aria-current={one === section ? 'page' : undefined}
            >
              {NAMES[one]}
            </a>
          ))}
        </nav>
        <section
          class="endpoint-form"
          aria-label={NAMES[section]}
          key={`${endpoint.id} ${section}`}
          // The signature's form says it more exactly itself.
          onInput={section === 'signature' ? undefined : () => setUnsaved(true)}
        >
          {section === 'general' ? <GeneralFields endpoint={endpoint} onChange={change} /> : null}
          {section === 'signature' ? (
            <SigningFields
              endpoint={endpoint}
              endpoints={endpoints.all.value}
              schemes={world.schemes.value}
              proposed={proposed}
              api={world.api}
              onSchemes={world.needSchemes}
              onChange={change}
              onFind={(capture) =>
                router.go(
                  capture === undefined
                    ? { name: 'inbox', endpoint: slug }
                    : { name: 'inbox', endpoint: slug, capture, tab: 'signature', find: true },
                )
              }
              onUnsaved={setUnsaved}
            />
          ) : null}
          {section === 'answer' ? <AnswerFields endpoint={endpoint} onChange={change} /> : null}
          {section === 'retention' ? (
            <RetentionFields endpoint={endpoint} usual={world.version.value?.keep} onChange={change} />
          ) : null}
          {section === 'danger' ? <Danger world={world} endpoint={endpoint} /> : null}
        </section>
        {router.held.value === undefined ? null : (
          <Confirm
            title="Leave without saving?"
            action="Leave"
            onClose={() => router.stay()}
            onConfirm={() => router.leave()}
          >
            <p>What was changed here is not saved yet, and would be lost.</p>
          </Confirm>
        )}
      </div>
    </div>
  )
}

function Danger({ world, endpoint }: { world: World; endpoint: Endpoint }) {
  const [asking, setAsking] = useState<'clear' | 'delete' | undefined>(undefined)
  const clear = async () => {
    const deleted = await world.attempt(world.api.clear(endpoint.id))
    if (deleted !== undefined) world.toasts.say('done', `${plural(deleted, 'capture')} deleted`)
  }
  const remove = async () => {
    const done = await world.attempt(world.endpoints.remove(endpoint.id).then(() => true))
    if (done !== true) return
    world.toasts.say('done', `${nameOf(endpoint)} was deleted`)
    world.router.go({ name: 'endpoints' })
  }
  return (
    <>
      <div class="danger-row">
        <div>
          <h3>Delete all captures</h3>
          <p class="muted">{plural(endpoint.captures, 'capture')}, pinned ones too. The endpoint stays.</p>
        </div>
        <button type="button" data-look="danger" onClick={() => setAsking('clear')}>
          Delete captures…
        </button>
      </div>
      <div class="danger-row">
        <div>
          <h3>Delete this endpoint</h3>
          <p class="muted">Its address answers 404 from then on, and its captures go.</p>
        </div>
        <button type="button" data-look="danger" onClick={() => setAsking('delete')}>
          Delete endpoint…
        </button>
      </div>
      {asking === 'clear' ? (
        <Confirm
          title="Delete all captures?"
          action="Delete all"
          onClose={() => setAsking(undefined)}
          onConfirm={() => void clear()}
        >
          <p>
            {plural(endpoint.captures, 'capture')} of {nameOf(endpoint)}, pinned ones too. They cannot be brought back.
          </p>
        </Confirm>
      ) : null}
      {asking === 'delete' ? (
        <Confirm
          title="Delete this endpoint?"
          action="Delete endpoint"
          onClose={() => setAsking(undefined)}
          onConfirm={() => void remove()}
        >
          <p>
            <code>{endpoint.url}</code>
          </p>
          <p>Senders will hear 404. Its captures go with it and cannot be brought back.</p>
        </Confirm>
      ) : null}
    </>
  )
}
