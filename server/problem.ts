/** How a failure is written into an HTTP answer, decided once for both listeners, the API and sockets on which no response exists. */
import { STATUS_CODES } from 'node:http'
import { type AppError, STATUS_OF, toProblem } from '../shared/errors.ts'

/** Seconds after which it is worth trying again where the store was in trouble. */
const RETRY_AFTER = '5'

/**
 * All but the length and what concerns the connection. `sandbox` and `nosniff`: sentences may quote what a stranger sent, and whoever
 * opens the answer in a browser must not run it.
 */
export function problemHeaders({ code, allow }: AppError): Record<string, string> {
  const status = STATUS_OF[code]
  return {
    'Content-Type': 'application/problem+json',
    'Cache-Control': 'no-store',
    'X-Content-Type-Options': 'nosniff',
    'Content-Security-Policy': 'sandbox',
    ...(status === 503 || status === 507 ? { 'Retry-After': RETRY_AFTER } : {}),
    ...(status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {}),
    ...(status === 405 ? { Allow: (allow ?? []).join(', ') } : {}), // RFC 9110 §15.5.6: it must be there, and may be empty
  }
}

/** The whole answer as it goes over a socket that has no response object. The connection ends with it. */
export function rawProblem(error: AppError): string {
  const status = STATUS_OF[error.code]
  const body = JSON.stringify(toProblem(error))
  const headers = { ...problemHeaders(error), 'Content-Length': Buffer.byteLength(body), Connection: 'close' }
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`)
  return [`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`, ...lines, '', body].join('\r\n')
}
