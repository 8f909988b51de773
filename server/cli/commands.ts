/** The table of commands. Each loads its own code only when it runs, so that a small command does not wait for the server's. */
import { Command, CommanderError, Option } from 'commander'
import { AppError } from '../../shared/errors.ts'
import { type RawOptions, SERVE_OPTIONS, type ServeOption } from '../config.ts'
import { VERSION } from '../version.ts'
import { visible } from './print.ts'
import { type ClientOption, VERIFY_HELP, VERIFY_OPTIONS, type VerifyOptions } from './verify-options.ts'

/** Exit code of a wrong call or a refused setting. */
const USAGE = 2

/** Runs one command. `hookwell` alone, or with options only, is `hookwell serve`. */
export async function run(words: readonly string[]): Promise<number> {
  let code = 0
  const program = new Command('hookwell')
    .description('A local webhook inspector: capture byte for byte, verify, see it live, replay.')
    .version(VERSION, '-V, --version')
    .exitOverride()
    .showHelpAfterError('(run with --help for all options)')
  const serve = program
    .command('serve', { isDefault: false })
    .description('run the capture listener and the inspector (also without any command)')
  for (const option of SERVE_OPTIONS) serve.addOption(toOption(option))
  serve.action(async (options: RawOptions) => {
    const command = await import('./serve.ts')
    code = await command.serve({ ...options, ...switchesOf(serve) })
  })
  const verify = program
    .command('verify')
    .argument('[capture]', 'id of a stored capture; without one, the request is taken from files')
    .description('check a signature, and say what is wrong with it')
    .addHelpText('after', VERIFY_HELP)
  for (const option of VERIFY_OPTIONS) verify.addOption(toClientOption(option))
  verify.action(async (id: string | undefined, options: VerifyOptions) => {
    const command = await import('./verify.ts')
    const typed = verify.options.map((option) => option.attributeName())
    const inCall = new Set(typed.filter((name) => verify.getOptionValueSource(name) === 'cli'))
    code = await command.verify(id, { ...options, ...switchesOf(verify) }, inCall)
  })
  // Most people never type the command's name, and look for its options here.
  program.addHelpText('after', () => `\n${optionsHelp(serve)}\n${EXAMPLES}`)
  try {
    await program.parseAsync(isServe(words) ? ['serve', ...words] : [...words], { from: 'user' })
    return code
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE
    if (error instanceof AppError) {
      const issues = (error.issues ?? []).map(({ path, message }) => `  ${path === '' ? '' : `${path}: `}${message}`)
      const lines = [`hookwell: ${error.message}`, ...issues, ...(error.hint === undefined ? [] : [error.hint])]
      process.stderr.write(`${lines.map(visible).join('\n')}\n`)
      return USAGE
    }
    throw error
  }
}

/** Said here and not by a default command of commander, with which a mistyped command becomes a strange argument of `serve`. */
function isServe(words: readonly string[]): boolean {
  const [first] = words
  return first === undefined || (first.startsWith('-') && !['-h', '--help', '-V', '--version'].includes(first))
}

/** The options as the help of `serve` lists them. */
function optionsHelp(serve: Command): string {
  const help = serve.createHelp()
  const rows = help
    .visibleOptions(serve)
    .map((option) => [help.optionTerm(option), help.optionDescription(option)] as const)
  const width = Math.max(...rows.map(([term]) => term.length)) + 2
  return ['Options of serve:', ...rows.map(([term, says]) => `  ${term.padEnd(width)}${says}`)].join('\n')
}

function toOption(option: ServeOption): Option {
  const made = new Option(option.flags, option.description).env(`HOOKWELL_${nameOf(option)}`)
  if (option.default !== undefined) made.default(option.default)
  if (option.many)
    made.argParser((value: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      ...value.split(',').map((part) => part.trim()),
    ])
  return made
}

function toClientOption(option: ClientOption): Option {
  const made = new Option(option.flags, option.description).env(`HOOKWELL_${nameOf(option)}`)
  if (option.many) made.argParser((value: string, before: readonly string[] | undefined) => [...(before ?? []), value])
  return made
}

/** Switches that the environment sets. Commander takes any value for yes, and `HOOKWELL_TRUST_PROXY=0` must not open a door. */
function switchesOf(command: Command): Record<string, boolean> {
  const found: Record<string, boolean> = {}
  for (const option of command.options) {
    const name = option.attributeName()
    if (!option.isBoolean() || option.envVar === undefined || command.getOptionValueSource(name) !== 'env') continue
    const text = process.env[option.envVar] ?? ''
    if (!/^(1|true|yes|on|0|false|no|off|)$/i.test(text))
      throw new AppError('invalid_input', `${option.envVar} takes 1 or 0, not ${JSON.stringify(text)}.`)
    found[name] = /^(1|true|yes|on)$/i.test(text) !== option.negate
  }
  return found
}

const nameOf = ({ flags }: Pick<ServeOption, 'flags'>): string =>
  (flags.split(' ')[0] ?? '').replace(/^--/, '').replaceAll('-', '_').toUpperCase()

const EXAMPLES = `
Examples:
  hookwell                                     start with the defaults
  hookwell serve --port 5000 --ui-port 5001    other ports
  hookwell serve --public-url https://hooks.example.com
                                               behind a tunnel that leads to the capture port

  hookwell verify --help                       check a signature, stored or from files

Every option of serve has a twin in the environment: --ui-port is HOOKWELL_UI_PORT.`
