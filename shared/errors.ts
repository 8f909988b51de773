/** Every failure a client can be told: one closed list of codes, each with its HTTP status. The codes never change; sentences may. */
import type { Issue, Problem } from './problem.ts'

export const STATUS_OF = {
  bad_request: 400,
  unauthorized: 401,
  forbidden_origin: 403,
  forbidden_target: 403,
  forbidden_proxy: 403,
  not_found: 404,
  method_not_allowed: 405,
  timeout: 408,
  conflict: 409,
  body_too_large: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  forbidden_host: 421,
  invalid_input: 422,
  invalid_query: 422,
  headers_too_large: 431,
  internal: 500,
  unavailable: 503,
  storage_unavailable: 503,
  storage_full: 507,
} as const

export type ErrorCode = keyof typeof STATUS_OF

export const ERROR_CODES = Object.keys(STATUS_OF) as [ErrorCode, ...ErrorCode[]] // Object.keys loses the key type

const TITLE_OF: Record<ErrorCode, string> = {
  bad_request: 'The request cannot be read',
  unauthorized: 'A token is needed',
  forbidden_origin: 'This page may not talk to Hookwell',
  forbidden_target: 'This target is not allowed',
  forbidden_proxy: 'The inspector is not meant to be reached through a tunnel',
  not_found: 'Not found',
  method_not_allowed: 'Method not allowed',
  timeout: 'Timed out',
  conflict: 'Already taken',
  body_too_large: 'The body is too large',
  unsupported_media_type: 'Unsupported media type',
  range_not_satisfiable: 'The range lies outside the body',
  forbidden_host: 'Unknown host name',
  invalid_input: 'The input is not valid',
  invalid_query: 'The query cannot be read',
  headers_too_large: 'The headers are too large',
  internal: 'Internal error',
  unavailable: 'Hookwell is not able to serve now',
  storage_unavailable: 'The store cannot be reached',
  storage_full: 'The store is full',
}

/** A failure with a code for programs and a sentence for people. Anything else that is thrown is a bug and is shown as `internal`. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly issues: Issue[] | undefined
  /** With `method_not_allowed`: the methods that are. */
  readonly allow: readonly string[] | undefined

  constructor(
    code: ErrorCode,
    detail: string,
    more: { hint?: string; issues?: Issue[]; allow?: readonly string[]; cause?: unknown } = {},
  ) {
    super(detail, more.cause === undefined ? undefined : { cause: more.cause })
    this.name = 'AppError'
    this.code = code
    this.hint = more.hint
    this.issues = more.issues
    this.allow = more.allow
  }
}

export function toProblem(error: AppError): Problem {
  return {
    type: `urn:hookwell:${error.code}`,
    title: TITLE_OF[error.code],
    status: STATUS_OF[error.code],
    detail: error.message,
    code: error.code,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    ...(error.issues === undefined ? {} : { issues: error.issues }),
  }
}
