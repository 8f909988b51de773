/** From what was thrown to what the client is told. Anything that is not an AppError is a bug: logged whole once, shown as `internal`. */
import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { AppError, STATUS_OF, toProblem } from '../../shared/errors.ts'
import type { Log } from '../log.ts'
import { problemHeaders } from '../problem.ts'

export function answerFailure(error: unknown, c: Context, log: Log): Response {
  const known = asAppError(error)
  if (known.code === 'internal')
    log('A request to the API failed.', {
      path: c.req.path,
      error: error instanceof Error ? (error.stack ?? error.message) : String(error),
    })
  return problemResponse(known)
}

export function problemResponse(error: AppError, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(toProblem(error)), {
    status: STATUS_OF[error.code],
    headers: { ...problemHeaders(error), ...headers },
  })
}

function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error
  if (error instanceof HTTPException && error.status === 400)
    return new AppError('invalid_input', 'The body is not JSON.', {
      issues: [{ path: '', message: 'Not JSON.' }],
      cause: error,
    })
  if (error instanceof HTTPException && error.status === 415)
    return new AppError('unsupported_media_type', 'The API takes JSON bodies only.', {
      hint: 'Send `Content-Type: application/json`.',
      cause: error,
    })
  if (error instanceof Error && error.name === 'AbortError')
    return new AppError('bad_request', 'The request was cut off by its sender.', { cause: error })
  return new AppError('internal', 'Something went wrong inside Hookwell. The log of the server has the details.', {
    cause: error,
  })
}
