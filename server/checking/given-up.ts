/** How it is told that a look at a capture came to nothing, and whether it is worth another one. */
import { AppError } from '../../shared/errors.ts'

/** A task was given up because of itself, so that it would end the same if it were tried again; unless it `passes`. */
export class GivenUp extends AppError {
  readonly passes: boolean

  constructor(detail: string, { cause, passes = false }: { cause?: string; passes?: boolean } = {}) {
    super('unavailable', detail, cause === undefined ? {} : { cause })
    this.passes = passes
  }
}

export const notStarted = (cause?: string): GivenUp =>
  new GivenUp('The thread that checks did not start.', { ...(cause === undefined ? {} : { cause }), passes: true })

/** For the log. */
export const causeOf = ({ cause, message }: GivenUp): string => (typeof cause === 'string' ? cause : message)
