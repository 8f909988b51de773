/** What `verify` can be told. Apart from the command, so that the help does not load what checks signatures. */

export interface ClientOption {
  /** As commander writes it: `--body <file>`. */
  readonly flags: string
  readonly description: string
  /** May be given several times. A comma separates nothing: it may be part of the value. */
  readonly many?: true
}

/** Every option has an environment twin, as those of serve have: `--secret` is `HOOKWELL_SECRET`. */
export const VERIFY_OPTIONS = [
  { flags: '--scheme <id>', description: 'how the provider signs, such as stripe; without it, it is looked for' },
  { flags: '--custom <file>', description: 'a scheme of your own, as a JSON file' },
  { flags: '--secret-file <file>', description: 'the signing secret; a line break at its end is left out', many: true },
  {
    flags: '--secret <text>',
    description: 'the same, but other users of this machine can see it in the list of processes',
    many: true,
  },
  {
    flags: '--public-key <file>',
    description: "the provider's public key, where it signs with a key pair",
    many: true,
  },
  { flags: '--extra <name=value>', description: 'a further setting that the scheme needs', many: true },
  { flags: '--url <url>', description: 'the public URL that the sender called, where the scheme signs it' },
  { flags: '--body <file|->', description: 'offline: the body to check, byte for byte; - reads standard input' },
  { flags: '--header <name: value>', description: 'offline: a header of the request', many: true },
  { flags: '--headers <file>', description: 'offline: its headers, as lines or as JSON' },
  { flags: '--request <file|->', description: 'offline: the whole request as it stands on the wire' },
  { flags: '--method <method>', description: 'offline: its method (default: POST)' },
  {
    flags: '--at <time>',
    description: 'offline: when it arrived, in Unix seconds, as 2026-01-31T12:00:00Z, or now (default: now)',
  },
  { flags: '--no-causes', description: 'only the verdict, without looking for the cause' },
  { flags: '--json', description: 'print the diagnosis as JSON' },
  {
    flags: '--inspector <url>',
    description: 'the running inspector that holds the capture (default: http://127.0.0.1:4666)',
  },
  { flags: '--token <token>', description: 'the token of that inspector' },
] as const satisfies readonly ClientOption[]

/** Those that describe a request, which a stored capture brings along. */
export const OFFLINE_ONLY = ['body', 'header', 'headers', 'request', 'method', 'at'] as const

/** As commander hands them over, under camel-case names. */
export interface VerifyOptions {
  readonly scheme?: string
  readonly custom?: string
  readonly secretFile?: readonly string[]
  readonly secret?: readonly string[]
  readonly publicKey?: readonly string[]
  readonly extra?: readonly string[]
  readonly url?: string
  readonly body?: string
  readonly header?: readonly string[]
  readonly headers?: string
  readonly request?: string
  readonly method?: string
  readonly at?: string
  readonly causes: boolean
  readonly json?: boolean
  readonly inspector?: string
  readonly token?: string
}

export const VERIFY_HELP = `
Exit code: 0 rightly signed and not too old; 1 not, or it is signed by a scheme that was not
given and is printed; 2 the call is wrong or nothing could be checked.

Examples:
  hookwell verify 01981f3c-…                   a stored capture, with the settings of its endpoint
  hookwell verify 01981f3c-… --scheme stripe --secret-file whsec.txt
                                               the same, with another secret; nothing is saved
  hookwell verify --scheme stripe --secret-file whsec.txt --body event.json \\
      --header 'Stripe-Signature: t=1700000000,v1=…' --at 1700000000
                                               without a server: from files
  HOOKWELL_SECRET=… hookwell verify --request request.http
                                               an unknown sender: how it signs is looked for

Every option has a twin in the environment: --secret is HOOKWELL_SECRET. A flag is stronger.`
