/** A store that cannot be opened, said so that somebody can act on it, with the exit code of the command that wanted it. */
export class StoreRefusal extends Error {
  /** 2: another instance holds the data, a newer version wrote it, or the directory cannot be used. 3: the data is damaged. */
  readonly exitCode: 2 | 3

  constructor(exitCode: 2 | 3, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'StoreRefusal'
    this.exitCode = exitCode
  }
}
