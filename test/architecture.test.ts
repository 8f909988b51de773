/**
 * The walls of the house. Each room may import what its row of the table allows and nothing else, so that the map in the README stays
 * true. The compiler holds the platforms apart (no Node in shared/ and web/); this file proves that it does.
 */
import { execFile } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { importsOf, withoutComments } from './support/imports.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** Path from the root → source text. */
type Sources = ReadonlyMap<string, string>

interface Room {
  /** A folder (with its slash) or a file. The first row that fits a file is its room. */
  readonly at: string
  /** Folders and files it may import, besides itself; with `type:` in front only their types. */
  readonly may: readonly string[]
  /** Packages and Node's own modules: undefined where there is no rule of their own. */
  readonly packages?: readonly string[]
}

/** What may be told and counted from anywhere in the server. */
const GROUND = ['shared/', 'server/id.ts', 'server/log.ts', 'server/problem.ts', 'server/version.ts']
const STORE_PORT = ['server/store/store.ts', 'server/store/present.ts']
const PURE = { may: ['shared/'], packages: ['node:crypto', 'node:zlib'] }
/** A room of the page: no other room's files. Of `world.ts` it may name the type, which says what a pane is handed. */
const WEB = [
  'shared/',
  'web/ui/',
  'web/api.ts',
  'web/format.ts',
  'web/names.ts',
  'web/route.ts',
  'web/clock.ts',
  'web/verdict.tsx',
  'web/scheme-words.ts',
  'web/recheck-progress.tsx',
  'web/preferences.ts',
  'type:web/world.ts',
]

const ROOMS: readonly Room[] = [
  { at: 'shared/', may: [], packages: ['zod'] },

  { at: 'server/id.ts', may: [] },
  { at: 'server/log.ts', may: [] },
  { at: 'server/problem.ts', may: ['shared/'] },
  { at: 'server/version.ts', may: [] },
  { at: 'server/metrics.ts', may: ['shared/'] },
  { at: 'server/web-files.ts', may: [] },
  { at: 'server/listeners.ts', may: [] },

  { at: 'server/signatures/', ...PURE },
  { at: 'server/templates/', ...PURE },
  { at: 'server/export/', ...PURE },
  { at: 'server/import/', ...PURE },
  { at: 'server/store/open.ts', may: [...GROUND, 'server/store/'] },
  {
    at: 'server/store/sqlite/',
    may: [
      ...GROUND,
      'server/store/store.ts',
      'server/store/bell.ts',
      'server/store/refusal.ts',
      'server/store/settings.ts',
      'type:server/store/open.ts',
    ],
  },
  { at: 'server/store/', may: GROUND },
  { at: 'server/outbound/', may: GROUND },
  // The options of outbound are read where all options are.
  { at: 'server/config.ts', may: [...GROUND, 'server/outbound/target.ts'] },
  { at: 'server/gate.ts', may: ['shared/'] },

  { at: 'server/capture/', may: [...GROUND, ...STORE_PORT, 'server/signatures/', 'server/outbound/'] },
  {
    at: 'server/deliver/',
    may: [...GROUND, ...STORE_PORT, 'server/signatures/', 'server/templates/', 'server/outbound/'],
  },
  { at: 'server/live/', may: [...GROUND, ...STORE_PORT] },
  { at: 'server/retention.ts', may: [...GROUND, ...STORE_PORT, 'server/config.ts'] },
  // The thread is told all that it needs: it knows no store and no network.
  { at: 'server/checking/thread.ts', may: ['shared/', 'server/signatures/'] },
  // Of outbound only what fetches a provider's key, and only for whom keeps those keys.
  { at: 'server/checking/provider-keys.ts', may: [...GROUND, 'server/signatures/', 'server/outbound/'] },
  { at: 'server/checking/', may: [...GROUND, ...STORE_PORT, 'server/signatures/'] },
  { at: 'server/shapes.ts', may: [...GROUND, ...STORE_PORT] },

  {
    at: 'server/api/',
    may: [
      ...GROUND,
      ...STORE_PORT,
      'server/signatures/',
      'server/templates/',
      'server/export/',
      'server/import/',
      'server/deliver/',
      'type:server/outbound/target.ts',
    ],
  },

  {
    at: 'server/serve-inspector.ts',
    may: [
      ...GROUND,
      'server/live/refuse-upgrade.ts',
      'type:server/live/',
      'type:server/gate.ts',
      'type:server/web-files.ts',
    ],
  },
  { at: 'server/test-keys.ts', may: [...GROUND, 'server/signatures/test-key.ts'] },

  { at: 'server/remote/', may: ['shared/', 'type:server/api/app.ts'] },
  {
    at: 'server/server.ts',
    may: [
      ...GROUND,
      ...STORE_PORT,
      'server/store/open.ts',
      'server/config.ts',
      'server/gate.ts',
      'server/metrics.ts',
      'server/web-files.ts',
      'server/listeners.ts',
      'server/serve-inspector.ts',
      'server/capture/',
      'server/deliver/',
      'server/live/',
      'server/outbound/',
      'server/retention.ts',
      'server/checking/',
      'server/test-keys.ts',
      'server/shapes.ts',
      'server/api/',
    ],
  },

  {
    at: 'server/cli/serve.ts',
    may: [
      ...GROUND,
      'server/cli/',
      'server/config.ts',
      'server/server.ts',
      'server/remote/',
      'server/store/refusal.ts',
    ],
  },
  {
    at: 'server/cli/listen.ts',
    may: [
      ...GROUND,
      'server/cli/',
      'server/config.ts',
      'server/server.ts',
      'server/remote/',
      'server/outbound/',
      'server/store/refusal.ts',
    ],
  },
  {
    at: 'server/cli/recover.ts',
    may: [...GROUND, 'server/cli/', 'server/config.ts', 'server/store/open.ts', 'server/store/refusal.ts'],
  },
  {
    at: 'server/cli/migrate.ts',
    may: [...GROUND, 'server/cli/', 'server/config.ts', 'server/store/open.ts', 'server/store/refusal.ts'],
  },
  {
    at: 'server/cli/',
    may: [...GROUND, 'server/config.ts', 'server/remote/', 'server/signatures/', 'server/outbound/'],
  },
  {
    at: 'server/testing/',
    may: ['shared/', 'server/config.ts', 'server/log.ts', 'server/server.ts', 'server/remote/'],
  },

  { at: 'server/main.ts', may: ['server/cli/', 'server/testing/'] },

  { at: 'web/vite.config.ts', may: [], packages: ['node:', 'vite'] },
  { at: 'web/api.ts', may: ['shared/', 'type:server/api/'] },
  { at: 'web/ui/', may: [] },
  { at: 'web/inbox/', may: WEB },
  { at: 'web/capture/', may: WEB },
  { at: 'web/endpoint/', may: WEB },
  { at: 'web/compose/', may: WEB },
  { at: 'web/', may: ['shared/', 'web/'] },
]

/** Who may open a connection. The inspector's clients speak to the inspector only. */
const MAY_CONNECT = ['server/outbound/', 'server/remote/']

/** What a browser cannot run, or should not have to load: zod alone is larger than the page may be. */
const NOT_IN_A_BROWSER = /^(node:|zod$|zod\/|@hono\/|hono$|better-sqlite3$|ws$)/

function violations(sources: Sources): string[] {
  const found: string[] = []
  for (const [path, source] of sources) {
    found.push(...badName(path), ...badImports(path, source), ...badConnections(path, source))
    if (path.startsWith('web/') && path !== 'web/vite.config.ts') found.push(...loadsTooMuch(path, sources))
  }
  return found
}

const NAMELESS = /^(index|types|utils?|helpers?|common|misc|constants)\.tsx?$/
const NAMELESS_FOLDERS =
  /(^|\/)(services|controllers|repositories|models|utils|helpers|common|lib|types|middleware|hooks)\//

function badName(path: string): string[] {
  return NAMELESS.test(basename(path)) || NAMELESS_FOLDERS.test(path) ? [`${path}: name it after a thing of ours`] : []
}

function badImports(path: string, source: string): string[] {
  const room = ROOMS.find(({ at }) => isIn(path, at))
  if (room === undefined) return [`${path}: stands in no room of the table`]
  return importsOf(path, source).flatMap(({ from, file, typeOnly }) => {
    if (file === undefined) {
      const known =
        room.packages === undefined ||
        room.packages.some((name) => from === name || (name.endsWith(':') && from.startsWith(name)))
      return known ? [] : [`${path}: may not import the package ${from}`]
    }
    if (/\.(css|svg|sql)$/.test(file)) return []
    if (!/\.tsx?$/.test(file)) return [`${path}: imports ${from} without its ending`]
    const adapter = ADAPTER.exec(file)?.[0]
    if (adapter !== undefined && !isIn(path, adapter) && path !== 'server/store/open.ts') {
      return [`${path}: imports an adapter; only store/open.ts may`]
    }
    const allowed =
      isIn(file, room.at) ||
      room.may.some((place) => (place.startsWith('type:') ? typeOnly && isIn(file, place.slice(5)) : isIn(file, place)))
    return allowed ? [] : [`${path}: may not import ${file}${typeOnly ? '' : ' (run time)'}`]
  })
}

const ADAPTER = /^server\/store\/\w+\//

const isIn = (path: string, place: string): boolean => path === place || (place.endsWith('/') && path.startsWith(place))

const DIALS =
  /(?<![.\w])(fetch\(|new (WebSocket|EventSource)\()|\b(https?|http2|net|tls|undici)\.(request|get|connect|createConnection|fetch)\(/
const DIALS_BY_NAME = /import\s+\{([^}]*)\}\s+from\s+['"](?:node:(?:http|https|http2|net|tls)|undici)['"]/g

function badConnections(path: string, source: string): string[] {
  if (!path.startsWith('server/') || MAY_CONNECT.some((place) => isIn(path, place))) return []
  const code = withoutComments(source)
  const byName = [...code.matchAll(DIALS_BY_NAME)].some(([, names = '']) =>
    names.split(',').some((name) => /^\s*(request|get|connect|createConnection|fetch|Agent)\b/.test(name)),
  )
  return byName || DIALS.test(code) ? [`${path}: opens a connection; only outbound/ may`] : []
}

/** Follows what runs, not what is only a type, as far as it leads. */
function loadsTooMuch(path: string, sources: Sources): string[] {
  const seen = new Set<string>([path])
  const queue = [path]
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const { from, file, typeOnly } of importsOf(next, sources.get(next) ?? '')) {
      if (typeOnly) continue
      if (file === undefined && NOT_IN_A_BROWSER.test(from))
        return [`${path}: loads ${from}${next === path ? '' : ` by way of ${next}`}`]
      if (file?.startsWith('server/')) return [`${path}: loads ${file}`]
      if (file !== undefined && !seen.has(file)) queue.push(file)
      if (file !== undefined) seen.add(file)
    }
  }
  return []
}

function readSources(): Map<string, string> {
  const paths = ['shared', 'server', 'web'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
      .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts') && !/^(dist|node_modules)\//.test(name))
      .map((name) => `${folder}/${name}`),
  )
  return new Map(paths.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')]))
}

describe('the rooms', () => {
  test('each file imports only what its room may', () => {
    const sources = readSources()
    expect(sources.size).toBeGreaterThan(50)
    expect(violations(sources)).toEqual([])
  })

  const SQLITE = 'server/store/sqlite/captures.ts'
  test.each([
    ['shared/a.ts', "import { log } from '../server/log.ts'"],
    ['shared/a.ts', "import { readFile } from 'node:fs'"],
    ['shared/a.ts', "import type { Hono } from 'hono'"],
    ['server/signatures/verify.ts', "import type { Store } from '../store/store.ts'"],
    ['server/signatures/verify.ts', "import { readFileSync } from 'node:fs'"],
    ['server/signatures/verify.ts', "import { newId } from '../id.ts'"],
    ['server/store/store.ts', "import { follow } from '../live/follow.ts'"],
    ['server/store/present.ts', "import { openSqlite } from './sqlite/open.ts'"],
    ['server/api/captures.ts', `import { openCaptures } from '../store/sqlite/captures.ts'`],
    ['server/server.ts', `import { openCaptures } from './store/sqlite/captures.ts'`],
    ['server/live/follow.ts', "import { receive } from '../capture/receive.ts'"],
    ['server/capture/receive.ts', "import { createFeed } from '../live/socket.ts'"],
    ['server/capture/receive.ts', "export { replay } from '../deliver/replay.ts'"],
    ['server/capture/receive.ts', "const { replay } = await import('../deliver/replay.ts')"],
    ['server/deliver/replay.ts', "import {\n  type Api,\n} from '../api/app.ts'"],
    ['server/api/app.ts', "import { createDoor } from '../capture/door.ts'"],
    ['server/api/app.ts', "import { send } from '../outbound/send.ts'"],
    ['server/outbound/send.ts', "import type { Store } from '../store/store.ts'"],
    ['server/checking/thread.ts', "import type { Store } from '../store/store.ts'"],
    ['server/checking/recheck.ts', "import { fetchDocument } from '../outbound/fetch-document.ts'"],
    ['server/checking/late-check.ts', "import { createDoor } from '../capture/door.ts'"],
    ['server/capture/receive.ts', "import { checkStored } from '../checking/stored-check.ts'"],
    ['server/gate.ts', "import type { Store } from './store/store.ts'"],
    ['server/remote/inspector.ts', "import { type Api } from '../api/app.ts'"],
    ['server/cli/tail.ts', "import { startServer } from '../server.ts'"],
    ['server/config.ts', "import { startServer } from './server.ts'"],
    ['web/api.ts', "import { app } from '../server/api/app.ts'"],
    ['web/api.ts', "import type { Store } from '../server/store/store.ts'"],
    ['web/feed.ts', "import type { Api } from '../server/api/app.ts'"],
    ['web/inbox/inbox.ts', "import { Opened } from '../capture/opened.ts'"],
    ['web/inbox/inbox.ts', "import { world } from '../world.ts'"],
    ['web/ui/list.tsx', "import type { Capture } from '../../shared/capture.ts'"],
    ['web/ui/list.tsx', "import { api } from '../api.ts'"],
    ['web/format.ts', "import { z } from 'zod'"],
    ['web/app.tsx', "import './node.ts'\nimport { readFile } from 'node:fs'"],
    ['server/main.ts', "import { log } from './log'"],
    ['server/nowhere.ts', ''],
    ['server/api/index.ts', ''],
    ['shared/types.ts', ''],
    ['web/utils.ts', ''],
    ['server/capture/helpers/x.ts', ''],
    ['server/deliver/replay.ts', 'const answer = await fetch(target)'],
    ['server/capture/handshakes.ts', "import https from 'node:https'\nhttps.request(url)"],
    ['server/api/app.ts', "import { createServer, request as ask } from 'node:http'"],
    ['server/capture/door.ts', "import { connect } from 'node:net'"],
    [SQLITE, "import { openStore } from '../open.ts'"],
  ])('%s may not say: %s', (path, source) => {
    expect(violations(new Map([[path, source]])).length).toBeGreaterThan(0)
  })

  test('a page that loads zod through a file of shared/ is found out', () => {
    const sources = new Map([
      ['web/format.ts', "import { headerValue } from '../shared/headers.ts'"],
      ['web/app.tsx', "import { bytes } from './format.ts'"],
      ['web/main.tsx', "import type { HeaderPairs } from '../shared/headers.ts'"],
      ['shared/headers.ts', "import { z } from 'zod'"],
    ])
    expect(violations(sources)).toEqual([
      'web/format.ts: loads zod by way of shared/headers.ts',
      'web/app.tsx: loads zod by way of shared/headers.ts',
    ])
  })

  test.each([
    ['server/remote/inspector.ts', "import type { Api } from '../api/app.ts'\nawait fetch(url)"],
    [
      'server/live/socket.ts',
      "// import '../capture/door.ts'\n/** like fetch( */\nimport type { Store } from '../store/store.ts'",
    ],
    [
      'server/server.ts',
      "import { createServer, type IncomingMessage } from 'node:http'\nlisten(api.fetch)\napi.fetch(request)",
    ],
    ['server/store/open.ts', "import { openSqlite } from './sqlite/open.ts'"],
    [SQLITE, "import type { StoreSettings } from '../open.ts'"],
    ['web/api.ts', "import type { Api } from '../server/api/app.ts'\nimport { hc } from 'hono/client'"],
    ['web/ui/tabs.tsx', "import { useState } from 'preact/hooks'\nimport './tabs.css'"],
  ])('%s may say: %s', (path, source) => {
    expect(violations(new Map([[path, source]]))).toEqual([])
  })
})

describe('the compiler', () => {
  const tsc = join(ROOT, 'node_modules', '.bin', 'tsc')

  /** Compiles files as if they stood in a room; resolves with the files that have errors, each with its unknown names. */
  async function compile(room: string, files: Record<string, string>): Promise<Record<string, string[]>> {
    const folder = mkdtempSync(join(tmpdir(), 'hookwell-walls-'))
    try {
      for (const [name, source] of Object.entries(files)) writeFileSync(join(folder, name), source)
      const config = {
        extends: join(ROOT, room, 'tsconfig.json'),
        compilerOptions: { rootDir: '.', outDir: 'out', tsBuildInfoFile: 'out/info' },
        include: ['./*.ts'],
        references: [],
      }
      writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config))
      const output = await promisify(execFile)(process.execPath, [tsc, '-p', folder, '--pretty', 'false'], {
        cwd: folder,
      }).then(
        ({ stdout }) => stdout,
        (error: { stdout?: string }) => error.stdout ?? '', // tsc exits 1 or 2 where it finds errors
      )
      const errors: Record<string, string[]> = {}
      for (const [, file, name] of output.matchAll(/(\w+\.ts)\(\d+,\d+\): error TS\d+: Cannot find name '(\w+)'/g)) {
        const known = errors[file as string] ?? [] // both groups of a match
        errors[file as string] = [...known, name as string]
      }
      if (output.includes('error') && Object.keys(errors).length === 0) throw new Error(output)
      return errors
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }

  const FILES = {
    'plain.ts': 'export const sum = (a: number, b: number): number => a + b\n',
    'node.ts': 'export const home = process.env\nexport const bytes = Buffer\n',
    'page.ts': 'export const title = document\n',
    'both.ts': 'export const url = URL\n',
  }

  test('shared/ knows neither Node nor the browser', async () => {
    expect(await compile('shared', FILES)).toEqual({
      'node.ts': ['process', 'Buffer'],
      'page.ts': ['document'],
      'both.ts': ['URL'],
    })
  })

  test('web/ knows the browser, but not Node', async () => {
    expect(await compile('web', FILES)).toEqual({ 'node.ts': ['process', 'Buffer'] })
  })
})
