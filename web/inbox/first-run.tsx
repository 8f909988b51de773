/** What stands here until the first request comes: the address to give away, and three ways to see that it works. */
import { useEffect, useState } from 'preact/hooks'
import type { Endpoint } from '../../shared/endpoint.ts'
import type { Template } from '../api.ts'
import { slugOf } from '../names.ts'
import { CopyButton } from '../ui/copy.tsx'
import { Icon } from '../ui/icon.tsx'
import type { World } from '../world.ts'
import './first-run.css'

/** A line to send a webhook with, in several tongues. */
const LINES = [
  {
    id: 'curl',
    name: 'curl',
    line: (url: string) => `curl -X POST ${url} -H 'Content-Type: application/json' -d '{"hello":"world"}'`,
  },
  {
    id: 'powershell',
    name: 'PowerShell',
    line: (url: string) =>
      `Invoke-RestMethod ${url} -Method Post -ContentType application/json -Body '{"hello":"world"}'`,
  },
  {
    id: 'node',
    name: 'Node',
    line: (url: string) => `await fetch('${url}', { method: 'POST', body: JSON.stringify({ hello: 'world' }) })`,
  },
  {
    id: 'python',
    name: 'Python',
    line: (url: string) => `import requests; requests.post('${url}', json={'hello': 'world'})`,
  },
] as const

export function FirstRun({ world, endpoint }: { world: World; endpoint: Endpoint }) {
  const [line, setLine] = useState<(typeof LINES)[number]>(LINES[0])
  const settings = world.router.href({ name: 'settings', endpoint: slugOf(endpoint), section: 'signature' })
  const rename = world.router.href({ name: 'settings', endpoint: slugOf(endpoint), section: 'general' })
  return (
    <div class="first-run">
      <div class="first-run-box">
        <h2>Your endpoint is ready</h2>
        <p class="muted">Point a webhook at this address. Every request is kept byte for byte and shows up here.</p>
        <div class="first-run-url">
          <code>{endpoint.url}</code>
          <CopyButton look="primary" caption="Copy" label="Copy the capture URL" text={endpoint.url} />
        </div>
        <ol>
          <li>
            <h3>Send something</h3>
            <TestSender world={world} endpoint={endpoint} />
            <div class="first-run-line">
              <fieldset>
                <legend class="visually-hidden">Show the line for</legend>
                {LINES.map((one) => (
                  <button
                    key={one.id}
                    type="button"
                    data-look="quiet"
                    aria-pressed={one === line}
                    onClick={() => setLine(one)}
                  >
                    {one.name}
                  </button>
                ))}
              </fieldset>
              <div class="first-run-code">
                <code>{line.line(endpoint.url)}</code>
                <CopyButton look="icon" label={`Copy the ${line.name} line`} text={line.line(endpoint.url)} />
              </div>
            </div>
          </li>
          <li>
            <h3>Check signatures</h3>
            <p class="muted">
              {endpoint.signing === undefined
                ? 'With the provider’s signing secret, every request is verified as it comes.'
                : 'A scheme is set: requests are verified as they come.'}
            </p>
            <a class="button" href={settings}>
              <Icon name="key" />
              {endpoint.signing === undefined ? 'Add signing secret' : 'Change signing'}
            </a>
          </li>
          <li>
            <h3>Make it yours</h3>
            <p class="muted">A short alias makes an address that can be remembered.</p>
            <a class="button" href={rename}>
              <Icon name="settings" />
              Name and alias
            </a>
          </li>
        </ol>
        <p class="first-run-wait">
          <span class="pulse" aria-hidden="true" />
          Waiting for the first request…
        </p>
      </div>
    </div>
  )
}

/** Sends a provider's test event to the endpoint itself, through the same door as every other request. */
export function TestSender({ world, endpoint }: { world: World; endpoint: Endpoint }) {
  const [templates, setTemplates] = useState<readonly Template[]>([])
  const [choice, setChoice] = useState('')
  const [busy, setBusy] = useState(false)
  useEffect(() => {
    void world.attempt(world.api.templates()).then((all) => setTemplates(all ?? []))
  }, [world])
  const events = templates.flatMap((template) =>
    template.events.map((event) => ({ key: `${template.id} ${event}`, template, event })),
  )
  const chosen = events.find((one) => one.key === choice) ?? events[0]
  const send = async () => {
    if (chosen === undefined) return
    setBusy(true)
    const sent = await world.attempt(world.api.send(endpoint.id, { template: chosen.template.id, event: chosen.event }))
    if (sent !== undefined && 'error' in sent.outcome) world.toasts.say('failed', sent.outcome.error.detail)
    setBusy(false)
  }
  return (
    <div class="test-sender">
      <button type="button" data-look="primary" disabled={busy || chosen === undefined} onClick={() => void send()}>
        <Icon name="send" />
        Send a test webhook
      </button>
      {events.length > 1 ? (
        <select aria-label="Test event" value={chosen?.key} onChange={(event) => setChoice(event.currentTarget.value)}>
          {events.map((one) => (
            <option key={one.key} value={one.key}>
              {one.template.name}: {one.event}
            </option>
          ))}
        </select>
      ) : (
        <span class="muted">{chosen === undefined ? '' : `${chosen.template.name}: ${chosen.event}`}</span>
      )}
    </div>
  )
}
