/** A part of the page that is fetched when it is first shown, so that the page itself opens at once. */
import type { FunctionComponent } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { Empty } from './empty.tsx'

/** Between two tries to fetch a part, in ms. */
const RETRY_MS = 3_000

export function lazy<Props extends object>(load: () => Promise<FunctionComponent<Props>>): FunctionComponent<Props> {
  let loaded: FunctionComponent<Props> | undefined
  return function Lazy(props: Props) {
    const [tries, setTries] = useState(0)
    const [failed, setFailed] = useState(false)
    const [, setReady] = useState(loaded !== undefined)
    // Whatever was in the way may be gone: tried again by itself, and at once when asked.
    useEffect(() => {
      if (!failed) return
      const again = setTimeout(() => {
        setFailed(false)
        setTries(tries + 1)
      }, RETRY_MS)
      return () => clearTimeout(again)
    }, [failed, tries])
    // Each try is a new fetch
    useEffect(() => {
      if (loaded !== undefined) return
      load().then(
        (component) => {
          loaded = component
          setReady(true)
        },
        () => setFailed(true),
      )
    }, [tries])
    const Component = loaded
    if (Component !== undefined) return <Component {...props} />
    if (!failed) return null
    return (
      <Empty icon="warning" title="This part of the page could not be fetched">
        <button
          type="button"
          onClick={() => {
            setFailed(false)
            setTries(tries + 1)
          }}
        >
          Try again
        </button>
      </Empty>
    )
  }
}
