/** Reading raw request targets. Apart from the shapes, so that the page can use it without their validator. */

/** The part of a raw request target below the endpoint: `/orders?x=1` of `/my-shop/orders?x=1`. Empty where nothing follows. */
export function belowEndpoint(target: string): string {
  const path = withoutAuthority(target)
  const cut = path.slice(1).search(/[/?#]/)
  return cut < 0 ? '' : path.slice(cut + 1)
}

/** An absolute-form target (RFC 9112 §3.2.2) without its scheme and authority; any other target as it is. */
export function withoutAuthority(target: string): string {
  const match = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)
  return match === null ? target : target.slice(match[0].length) || '/'
}
