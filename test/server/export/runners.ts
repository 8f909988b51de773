/**
 * Verifying code, run for real: all schemes and all requests of a language in one process, since starting one takes longer than what it
 * has to do. What goes in is JSON with header values in base64, what comes out is a line of JSON.
 */
import { execFile, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Language } from '../../../server/export/verifying-code.ts'
import { recipeOf } from '../../../server/export/verifying/recipe.ts'
import type { Group } from './groups.ts'

export interface Runner {
  /** Why the code cannot be run on this machine; undefined where it can. */
  readonly missing: () => string | undefined
  /** Rows whose code needs a package that the language does not bring along. */
  readonly needs?: (group: Group) => string | undefined
  /** What the code says of each request of each group. An error of the code is its text instead of a truth. */
  readonly run: (
    directory: string,
    groups: readonly Group[],
    codes: readonly string[],
  ) => Promise<(boolean | string)[][]>
}

const looked = new Map<string, boolean>()

/** Asked once: starting a program takes time. */
function found(program: string, ...words: string[]): boolean {
  const call = [program, ...words].join(' ')
  const known = looked.get(call) ?? spawnSync(program, words).status === 0
  looked.set(call, known)
  return known
}
const unlessFound =
  (program: string, ...words: string[]) =>
  (): string | undefined =>
    found(program, ...words) ? undefined : `${program} is not installed here`

/** Names of the arguments that are given by name, as the code asks for them. */
function inputOf(groups: readonly Group[]): string {
  const base64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64')
  return JSON.stringify(
    groups.map(({ cases }) =>
      cases.map(({ method, url, headers, body, keys, settings, now }) => ({
        body: body.toString('base64'),
        headers: headers.map(([name, value]) => [name, base64(value)]),
        keys,
        named: { method, url, settings, now },
      })),
    ),
  )
}

async function runFile(
  directory: string,
  program: string,
  words: readonly string[],
  environment: Record<string, string> = {},
): Promise<(boolean | string)[][]> {
  const output = await new Promise<string>((resolve, reject) =>
    execFile(
      program,
      words,
      { cwd: directory, maxBuffer: 64 * 1024 * 1024, env: { ...process.env, ...environment } },
      (error, stdout, stderr) =>
        error === null ? resolve(stdout) : reject(new Error(`${error.message}\n${stdout}\n${stderr}`)),
    ),
  )
  return JSON.parse(output) as (boolean | string)[][] // what the scripts below print
}

function write(directory: string, files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(join(directory, name, '..'), { recursive: true })
    writeFileSync(join(directory, name), text)
  }
}

const NODE = `
import { readFileSync } from 'node:fs'
const groups = JSON.parse(readFileSync('input.json', 'utf8'))
const said = []
for (const [at, cases] of groups.entries()) {
  const { verify } = await import('./code' + at + '.mjs')
  said.push(cases.map(({ body, headers, keys, named }) => {
    const lists = {}
    for (const [name, value] of headers) (lists[name] ??= []).push(Buffer.from(value, 'base64').toString('latin1'))
    try {
      return verify(Buffer.from(body, 'base64'), lists, keys.length === 1 ? keys[0] : keys, named)
    } catch (error) {
      return String(error)
    }
  }))
}
console.log(JSON.stringify(said))
`

const PYTHON = `
import base64, inspect, json
said = []
for at, cases in enumerate(json.load(open("input.json"))):
    scope = {}
    exec(compile(open(f"code{at}.py", encoding="utf-8").read(), f"code{at}.py", "exec"), scope)
    asked = inspect.signature(scope["verify"]).parameters
    row = []
    for case in cases:
        headers = [(name, base64.b64decode(value).decode("latin-1")) for name, value in case["headers"]]
        named = {**case["named"], "now": case["named"]["now"] / 1000}
        keys = case["keys"] if len(case["keys"]) > 1 else case["keys"][0]
        try:
            row.append(scope["verify"](base64.b64decode(case["body"]), headers, keys, **{k: v for k, v in named.items() if k in asked}))
        except Exception as error:
            row.append(repr(error))
    said.append(row)
print(json.dumps(said))
`

const PHP = `<?php
$said = [];
foreach (json_decode(file_get_contents('input.json'), true) as $at => $cases) {
    require "code$at.php";
    $class = "WebhookSignature$at";
    $asked = array_map(fn ($parameter) => $parameter->name, (new ReflectionMethod($class, 'verify'))->getParameters());
    $said[] = array_map(function ($case) use ($class, $asked) {
        $headers = [];
        foreach ($case['headers'] as [$name, $value]) {
            $headers[$name][] = base64_decode($value);
        }
        $named = ['now' => $case['named']['now'] / 1000] + $case['named'];
        $keys = count($case['keys']) > 1 ? $case['keys'] : $case['keys'][0];
        try {
            return $class::verify(base64_decode($case['body']), $headers, $keys, ...array_intersect_key($named, array_flip($asked)));
        } catch (Throwable $error) {
            return (string) $error;
        }
    }, $cases);
}
echo json_encode($said, JSON_INVALID_UTF8_SUBSTITUTE);
`

const RUBY = `
require 'json'
said = JSON.parse(File.read('input.json')).each_with_index.map do |cases, at|
  place = Module.new
  place.module_eval(File.read("code#{at}.rb"), "code#{at}.rb")
  code = place.const_get(:WebhookSignature)
  asked = code.method(:verify).parameters.map(&:last)
  cases.map do |given|
    headers = Hash.new { |hash, name| hash[name] = [] }
    given['headers'].each { |name, value| headers[name] << value.unpack1('m0') }
    named = given['named'].transform_keys(&:to_sym)
    named[:now] = Time.at(Rational(named[:now], 1000))
    keys = given['keys'].size > 1 ? given['keys'] : given['keys'].first
    code.verify(given['body'].unpack1('m0'), headers, keys, **named.select { |name, _| asked.include?(name) })
  rescue StandardError => e
    e.full_message(highlight: false)
  end
end
puts JSON.generate(said)
`

function goMain(groups: readonly Group[]): string {
  const calls = groups.map((group, at) => {
    const { asks } = recipeOf(group.row, '')
    const named = [
      asks.method && 'c.Named.Method',
      asks.url && 'c.Named.URL',
      asks.settings && 'c.Named.Settings',
      asks.now && 'time.UnixMilli(c.Named.Now)',
    ]
    return `func(b []byte, h http.Header, c given) (bool, error) { return code${at}.Verify(${['b', 'h', 'c.Keys', ...named.filter((each) => each !== false)].join(', ')}) },`
  })
  return `package main

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"time"
${groups.map((_, at) => `\tcode${at} "check/code${at}"`).join('\n')}
)

var _ = time.Now

type given struct {
	Body    string
	Headers [][2]string
	Keys    []string
	Named   struct {
		Method, URL string
		Settings    map[string]string
		Now         int64
	}
}

var calls = []func([]byte, http.Header, given) (bool, error){
${calls.join('\n')}
}

func main() {
	file, _ := os.ReadFile("input.json")
	var groups [][]given
	if err := json.Unmarshal(file, &groups); err != nil {
		panic(err)
	}
	said := [][]any{}
	for at, cases := range groups {
		row := []any{}
		for _, each := range cases {
			body, _ := base64.StdEncoding.DecodeString(each.Body)
			header := http.Header{}
			for _, pair := range each.Headers {
				value, _ := base64.StdEncoding.DecodeString(pair[1])
				header.Add(pair[0], string(value))
			}
			if fits, err := calls[at](body, header, each); err != nil {
				row = append(row, err.Error())
			} else {
				row = append(row, fits)
			}
		}
		said = append(said, row)
	}
	json.NewEncoder(os.Stdout).Encode(said)
}
`
}

const numbered = (
  codes: readonly string[],
  name: (at: number) => string,
  text = (code: string, _at: number): string => code,
) => Object.fromEntries(codes.map((code, at) => [name(at), text(code, at)]))

export const RUNNERS: Record<Language, Runner> = {
  node: {
    missing: () => undefined,
    run: (directory, groups, codes) => {
      write(directory, { 'input.json': inputOf(groups), 'run.mjs': NODE, ...numbered(codes, (at) => `code${at}.mjs`) })
      return runFile(directory, process.execPath, ['run.mjs'])
    },
  },
  python: {
    missing: unlessFound('python3', '-c', ''),
    needs: ({ row }) =>
      recipeOf(row, '').publicKey && !found('python3', '-c', 'import cryptography') ? 'cryptography' : undefined,
    run: (directory, groups, codes) => {
      write(directory, { 'input.json': inputOf(groups), 'run.py': PYTHON, ...numbered(codes, (at) => `code${at}.py`) })
      return runFile(directory, 'python3', ['-W', 'error', 'run.py'])
    },
  },
  php: {
    missing: unlessFound('php', '-v'),
    needs: ({ row }) =>
      row.key.normalize !== undefined && !found('php', '-r', "exit(extension_loaded('intl') ? 0 : 1);")
        ? 'intl'
        : undefined,
    run: (directory, groups, codes) => {
      const renamed = (code: string, at: number): string =>
        code.replace('class WebhookSignature', `class WebhookSignature${at}`)
      write(directory, {
        'input.json': inputOf(groups),
        'run.php': PHP,
        ...numbered(codes, (at) => `code${at}.php`, renamed),
      })
      return runFile(directory, 'php', ['-d', 'display_errors=stderr', 'run.php'])
    },
  },
  ruby: {
    missing: unlessFound('ruby', '-v'),
    run: (directory, groups, codes) => {
      write(directory, { 'input.json': inputOf(groups), 'run.rb': RUBY, ...numbered(codes, (at) => `code${at}.rb`) })
      return runFile(directory, 'ruby', ['run.rb'], { LANG: 'C.UTF-8' })
    },
  },
  go: {
    missing: unlessFound('go', 'version'),
    needs: ({ row }) => (row.key.normalize === undefined ? undefined : 'golang.org/x/text'),
    run: (directory, groups, codes) => {
      write(directory, {
        'input.json': inputOf(groups),
        'go.mod': 'module check\n\ngo 1.19\n',
        'main.go': goMain(groups),
        ...numbered(codes, (at) => `code${at}/code.go`),
      })
      return runFile(directory, 'go', ['run', '-trimpath', '.'], {
        GOFLAGS: '-mod=mod',
        GOPROXY: 'off',
        CGO_ENABLED: '0',
      })
    },
  },
}
