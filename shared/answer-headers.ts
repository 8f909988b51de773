/** Headers that an answer set by a user may not carry: the message's framing, and what would reach beyond one answer. */

const OURS = new Set([
  // how the connection is cut into messages
  'connection',
  'content-length',
  'date',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  // what we say on every answer
  'hookwell-capture',
  'content-security-policy',
  // what stays in the browser after the answer, for everything on this address
  'alt-svc',
  'clear-site-data',
  'nel',
  'public-key-pins',
  'report-to',
  'reporting-endpoints',
  'service-worker-allowed',
  'set-cookie',
  'strict-transport-security',
])

export function isOurs(name: string): boolean {
  const lower = name.toLowerCase()
  return OURS.has(lower) || lower.startsWith('proxy-') || lower.startsWith('access-control-')
}
