import { expect, test } from 'vitest'
import type { Problem } from '../../shared/problem.ts'
import { ApiError, sentence } from '../../web/api.ts'

function refused(issues: Problem['issues'], detail: string, hint?: string): ApiError {
  const problem: Problem = {
    type: 'about:blank',
    title: 'Invalid input',
    status: 400,
    code: 'invalid_input',
    detail,
    issues,
    ...(hint === undefined ? {} : { hint }),
  }
  return new ApiError(detail, 400, problem)
}

test('a sentence that stands in several places is shown once, and the names of fields not at all', () => {
  const detail = 'The time stands in the body.'
  expect(sentence(refused([{ path: 'bodyTime', message: detail }], detail))).toBe(detail)
  const issues = [{ path: 'signing.secrets.0', message: 'It is too long.' }]
  expect(sentence(refused(issues, 'Not taken.', 'Mend it.'))).toBe('Not taken. It is too long. Mend it.')
})
