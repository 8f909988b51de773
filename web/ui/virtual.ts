/**
 * The arithmetic of a list that draws only what can be seen.
 *
 * Browsers clamp an element's height (Chromium near 33 million px, Firefox near 17), so a list taller than `MAX_HEIGHT` is
 * scrolled in scaled steps: the bar moves less than the rows do.
 */

/** Pixels. Below every browser's clamp. */
export const MAX_HEIGHT = 15_000_000

export interface Extent {
  readonly count: number
  readonly rowHeight: number
  /** Pixels of the scroll port. */
  readonly viewport: number
}

export interface Slice {
  /** First row to draw, and the one after the last. */
  readonly from: number
  readonly to: number
}

/** Height of the scrolled element in pixels. */
export function totalHeight({ count, rowHeight }: Extent): number {
  return Math.min(count * rowHeight, MAX_HEIGHT)
}

/** Rows to draw at a scroll position, with `overscan` more on both sides so that a fast scroll shows no gap. */
export function sliceAt(extent: Extent, scrollTop: number, overscan: number): Slice {
  const { count, rowHeight, viewport } = extent
  const top = rowPixel(extent, scrollTop)
  const first = Math.floor(top / rowHeight)
  const last = Math.ceil((top + viewport) / rowHeight)
  return { from: clamp(first - overscan, 0, count), to: clamp(last + overscan, 0, count) }
}

/** Where a row stands inside the scrolled element, in pixels from its top. */
export function topOf(extent: Extent, index: number, scrollTop: number): number {
  return index * extent.rowHeight - rowPixel(extent, scrollTop) + scrollTop
}

/** The scroll position that shows a row whole with the least movement. */
export function scrollTopToShow(extent: Extent, index: number, scrollTop: number): number {
  const { rowHeight, viewport } = extent
  const top = rowPixel(extent, scrollTop)
  const start = index * rowHeight
  if (start < top) return barPixel(extent, start)
  if (start + rowHeight > top + viewport) return barPixel(extent, start + rowHeight - viewport)
  return scrollTop
}

/** Pixels of rows above the scroll port, which differ from `scrollTop` only where the list is scaled. */
function rowPixel(extent: Extent, scrollTop: number): number {
  const { whole, bar } = ranges(extent)
  return bar <= 0 ? 0 : clamp(scrollTop, 0, bar) * (whole / bar)
}

function barPixel(extent: Extent, top: number): number {
  const { whole, bar } = ranges(extent)
  return whole <= 0 ? 0 : clamp(top, 0, whole) * (bar / whole)
}

function ranges(extent: Extent): { whole: number; bar: number } {
  return {
    whole: Math.max(0, extent.count * extent.rowHeight - extent.viewport),
    bar: Math.max(0, totalHeight(extent) - extent.viewport),
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high)
}
