/** Files that a command is given by name, read whole; what cannot be read is told with the option that named it. */
import { readFile } from 'node:fs/promises'
import { buffer } from 'node:stream/consumers'
import { AppError } from '../../shared/errors.ts'

/** @throws AppError `invalid_input` naming the option. `-` is standard input. */
export async function readGiven(option: string, file: string): Promise<Buffer> {
  try {
    return file === '-' ? await buffer(process.stdin) : await readFile(file)
  } catch (error) {
    const { code } = error as { code?: unknown } // what Node's file errors carry
    const why =
      { ENOENT: 'there is no such file', EACCES: 'it may not be read by this user', EISDIR: 'it is a directory' }[
        String(code)
      ] ?? 'it cannot be read'
    throw new AppError('invalid_input', `${option} ${JSON.stringify(file)}: ${why}.`, { cause: error })
  }
}

/** The text of a file without the line break at its end, which editors and `echo` add. More than one is taken for meant. */
export async function readLine(option: string, file: string): Promise<string> {
  return (await readGiven(option, file)).toString('utf8').replace(/\r?\n$/, '')
}

/** @throws AppError `invalid_input` saying where it stops being JSON */
export async function readJson(option: string, file: string): Promise<unknown> {
  const text = (await readGiven(option, file)).toString('utf8').replace(/^\uFEFF/, '')
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new AppError('invalid_input', `${option} ${JSON.stringify(file)} is not JSON.`, { cause: error })
  }
}
