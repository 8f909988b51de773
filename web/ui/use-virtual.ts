/** Ties the arithmetic of `virtual.ts` to an element that scrolls. */
import { useCallback, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { type Extent, type Slice, scrollTopToShow, sliceAt, topOf, totalHeight } from './virtual.ts'

/** Rows drawn beyond each edge. */
const OVERSCAN = 8

interface Virtual<Port extends HTMLElement> {
  readonly ref: { current: Port | null }
  readonly onScroll: () => void
  readonly slice: Slice
  readonly height: number
  readonly scrollTop: number
  topOf(index: number): number
  show(index: number): void
  toTop(): void
}

/** @param rowHeight in pixels, the same for all rows */
export function useVirtual<Port extends HTMLElement>(count: number, rowHeight: number): Virtual<Port> {
  const ref = useRef<Port | null>(null)
  const [port, setPort] = useState({ scrollTop: 0, viewport: 0 })
  const extent: Extent = { count, rowHeight, viewport: port.viewport }

  const measure = useCallback(() => {
    const element = ref.current
    if (element === null) return
    const next = { scrollTop: element.scrollTop, viewport: element.clientHeight }
    setPort((old) => (old.scrollTop === next.scrollTop && old.viewport === next.viewport ? old : next))
  }, [])

  useLayoutEffect(() => {
    const element = ref.current
    if (element === null) return
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [measure])

  return {
    ref,
    onScroll: measure,
    slice: sliceAt(extent, port.scrollTop, OVERSCAN),
    height: totalHeight(extent),
    scrollTop: port.scrollTop,
    topOf: (index) => topOf(extent, index, port.scrollTop),
    show: (index) => {
      const element = ref.current
      if (element === null) return
      const now = { ...extent, viewport: element.clientHeight }
      element.scrollTop = scrollTopToShow(now, index, element.scrollTop)
      measure()
    },
    toTop: () => {
      if (ref.current !== null) ref.current.scrollTop = 0
      measure()
    },
  }
}
