/** Name, alias, where the event's type and id stand, and CORS. */
import { useState } from 'preact/hooks'
import type { Endpoint } from '../../shared/endpoint.ts'
import { Check, TextField } from '../ui/field.tsx'
import { type Change, orNull, SaveBar, useSaving } from './form.tsx'

export function GeneralFields({ endpoint, onChange }: { endpoint: Endpoint; onChange: Change }) {
  const [name, setName] = useState(endpoint.name ?? '')
  const [alias, setAlias] = useState(endpoint.alias ?? '')
  const [eventType, setEventType] = useState(endpoint.eventType ?? '')
  const [eventId, setEventId] = useState(endpoint.eventId ?? '')
  const [cors, setCors] = useState(endpoint.cors)
  const saving = useSaving(['name', 'alias', 'eventType', 'eventId'])
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    void saving.save(() =>
      onChange({
        name: orNull(name),
        alias: orNull(alias),
        eventType: orNull(eventType),
        eventId: orNull(eventId),
        cors,
      }),
    )
  }
  return (
    <form onSubmit={submit}>
      <TextField
        label="Name"
        hint="For you, in lists."
        error={saving.errorAt('name')}
        value={name}
        maxLength={200}
        onText={setName}
      />
      <TextField
        label="Alias"
        hint={`Stands in the capture URL: 3 to 63 of a-z, 0-9, _ and -. The address with the id keeps working: ${endpoint.id}`}
        error={saving.errorAt('alias')}
        value={alias}
        verbatim
        onText={setAlias}
      />
      <div class="form-row">
        <TextField
          label="Event type"
          hint="A JSON pointer into the body, such as /data/type. Empty: the scheme’s event header, else type, event, event_type, topic or action."
          error={saving.errorAt('eventType')}
          value={eventType}
          placeholder="/type"
          verbatim
          onText={setEventType}
        />
        <TextField
          label="Event id"
          hint="A header name or a JSON pointer. Captures with the same event id are attempts of one event."
          error={saving.errorAt('eventId')}
          value={eventId}
          placeholder="/id"
          verbatim
          onText={setEventId}
        />
      </div>
      <Check
        label="Allow requests from web pages (CORS)"
        hint="Answers preflights, which are recorded too, and lets any page read the answer."
        checked={cors}
        onChange={setCors}
      />
      <SaveBar saving={saving} />
    </form>
  )
}
