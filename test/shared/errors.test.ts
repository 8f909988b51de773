import { expect, test } from 'vitest'
import { AppError, ERROR_CODES, toProblem } from '../../shared/errors.ts'
import { Problem } from '../../shared/problem.ts'

test.each(ERROR_CODES)('%s is a whole problem of RFC 9457, with a status of its own kind', (code) => {
  const problem = toProblem(new AppError(code, 'Why.', { hint: 'What to do.', issues: [{ path: 'a', message: 'b' }] }))
  expect(Problem.parse(problem)).toEqual(problem)
  expect(problem).toMatchObject({ type: `urn:hookwell:${code}`, code, detail: 'Why.', hint: 'What to do.' })
  expect(problem.status).toBeGreaterThanOrEqual(400)
  expect(problem.title).not.toBe('')
})
