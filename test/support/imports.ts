/** What a source file imports, read from its text: enough for the walls, and quicker than a compiler. */
import { dirname, join, normalize } from 'node:path/posix'

export interface Import {
  /** As it is written: `node:fs`, `hono`, `./live/socket.ts`. */
  readonly from: string
  /** The path from the root of the repository, for a file of ours. */
  readonly file: string | undefined
  /** Erased before anything runs. `import { type A }` is not: it still loads the file (`verbatimModuleSyntax`). */
  readonly typeOnly: boolean
}

export function importsOf(path: string, source: string): Import[] {
  const code = withoutComments(source)
  const found: Import[] = []
  const add = (from: string, typeOnly: boolean): void => {
    found.push({ from, file: from.startsWith('.') ? normalize(join(dirname(path), from)) : undefined, typeOnly })
  }
  for (const [, type, from] of code.matchAll(STATIC)) add(from as string, type !== undefined) // both groups of a match
  for (const [, from] of code.matchAll(BARE)) add(from as string, false)
  for (const [, typeOf, from] of code.matchAll(CALLED)) add(from as string, typeOf !== undefined)
  return found
}

/** Comments may speak of imports and of `fetch()`. A `//` counts only after a space, since addresses hold it as well. */
export const withoutComments = (source: string): string =>
  source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1')

const STATIC = /^[\t ]*(?:import|export)\s+(?:(type)\s+)?[\w\s{},*$]*?\sfrom\s+['"]([^'"]+)['"]/gm
const BARE = /^[\t ]*import\s+['"]([^'"]+)['"]/gm
/** `import('x')` runs; in `typeof import('x')` and in a type it does not, but that form is told from the other by `typeof` only. */
const CALLED = /(typeof\s+)?\bimport\(\s*['"]([^'"]+)['"]/g
