/** Headers in their order, their case and with their repeats; as a table or as the lines that came. */
import { useState } from 'preact/hooks'
import type { HeaderPairs } from '../../shared/headers.ts'
import { plural } from '../format.ts'
import { Bar } from '../ui/bar.tsx'
import { CopyButton } from '../ui/copy.tsx'
import { VisibleText } from '../ui/visible-text.tsx'
import { utf8Reading } from './charset.ts'
import './header-table.css'

/** Values that open doors. They are covered until asked for, because screens are shared. */
const SECRETS = new Set(['authorization', 'proxy-authorization', 'cookie', 'set-cookie', 'x-api-key'])

export function headerLines(headers: HeaderPairs): string {
  return headers.map(([name, value]) => `${name}: ${value}`).join('\n')
}

export function HeaderView({ headers, trailers }: { headers: HeaderPairs; trailers: HeaderPairs }) {
  const [raw, setRaw] = useState(false)
  return (
    <div class="header-view">
      <Bar note={`${plural(headers.length, 'header line')}, in the order and case they came`}>
        <button type="button" data-look="quiet" aria-pressed={raw} onClick={() => setRaw(!raw)}>
          Raw
        </button>
        <CopyButton look="quiet" caption="Copy all" label="Copy all headers" text={headerLines(headers)} />
      </Bar>
      {raw ? <RawLines headers={headers} /> : <HeaderTable headers={headers} label="Headers" />}
      {trailers.length === 0 ? null : (
        <>
          <h3 class="header-title">Trailers</h3>
          {raw ? <RawLines headers={trailers} /> : <HeaderTable headers={trailers} label="Trailers" />}
        </>
      )}
    </div>
  )
}

export function HeaderTable({ headers, label }: { headers: HeaderPairs; label: string }) {
  return (
    <table class="header-table" aria-label={label}>
      <tbody>
        {headers.map(([name, value], index) => (
          <tr key={String(index)}>
            <th scope="row">
              <VisibleText text={name} />
            </th>
            <td>
              <HeaderValue name={name} value={value} />
            </td>
            <td class="header-copy">
              <CopyButton look="icon" label={`Copy the value of ${name}`} text={value} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function HeaderValue({ name, value }: { name: string; value: string }) {
  const [covered, setCovered] = useState(SECRETS.has(name.toLowerCase()) && value !== '')
  if (covered) {
    return (
      <button type="button" class="header-cover" onClick={() => setCovered(false)}>
        ••••••••<span class="visually-hidden">Hidden value of {name}.</span> Show
      </button>
    )
  }
  const reading = utf8Reading(value)
  return (
    <>
      {value === '' ? <span class="muted">empty</span> : <VisibleText text={value} />}
      {reading === undefined ? null : (
        <span class="header-reading">
          as UTF-8: <VisibleText text={reading} />
        </span>
      )}
    </>
  )
}

function RawLines({ headers }: { headers: HeaderPairs }) {
  return (
    <pre class="header-raw">
      <VisibleText text={headerLines(headers)} keep={'\n\t'} />
    </pre>
  )
}
