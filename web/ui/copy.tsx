/** A button that copies a text and says that it did. */
import { useEffect, useState } from 'preact/hooks'
import { Icon } from './icon.tsx'

/** Milliseconds that "Copied" stays: long enough to be read, short enough not to be in the way of the next copy. */
const SHOWN_MS = 1800

interface CopyProps {
  readonly text: string | (() => string | Promise<string>)
  /** What is copied, for those who do not see where the button stands. */
  readonly label: string
  readonly caption?: string
  readonly look?: 'primary' | 'quiet' | 'icon'
}

export function CopyButton({ text, label, caption, look }: CopyProps) {
  const [said, setSaid] = useState<'copied' | 'failed' | undefined>(undefined)
  useEffect(() => {
    if (said === undefined) return
    const timer = setTimeout(() => setSaid(undefined), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [said])

  const copy = async () => {
    try {
      await copyText(typeof text === 'string' ? text : await text())
      setSaid('copied')
    } catch {
      setSaid('failed') // the browser refuses without focus or permission; the text can still be selected by hand
    }
  }
  const word = said === 'copied' ? 'Copied' : said === 'failed' ? 'Not copied' : caption
  return (
    <button type="button" data-look={look} onClick={copy} title={label}>
      <Icon name={said === 'copied' ? 'check' : 'copy'} />
      {word !== undefined && look !== 'icon' ? <span aria-hidden="true">{word}</span> : null}
      <span class="visually-hidden">{label}</span>
      <output class="visually-hidden">{said === 'copied' ? 'Copied' : said === 'failed' ? 'Not copied' : ''}</output>
    </button>
  )
}

/** Also where the page is not a secure context (a plain http host that is not this machine), as browsers hide `clipboard` there. */
async function copyText(text: string): Promise<void> {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  const done = document.execCommand('copy')
  area.remove()
  if (!done) throw new Error('The browser did not allow copying.')
}
