/** Verifying code for Node, with nothing but node:crypto. */
import { jsText } from './literals.ts'
import { blocks, digestName, indent, limitsOf, lines, type Piece, type Recipe } from './recipe.ts'

export function node(recipe: Recipe): string {
  const { row, readsJson } = recipe
  const jwt = row.alg === 'jwt'
  return blocks(
    imports(recipe),
    jwt ? algorithms(recipe) : undefined,
    lines(head(recipe), jwt ? verifyJwt(recipe) : verify(recipe)),
    recipe.publicKey ? publicKey(recipe) : secretKey(recipe),
    signaturesIn(recipe),
    jwt ? READ_PART : decode(recipe),
    row.ts !== undefined && isFresh(row.ts),
    jwt && claims(recipe),
    usesHeaders(recipe) && VALUES_OF,
    usesSingle(recipe) && SINGLE,
    (row.sig.in === 'query' || hasQuery(recipe)) && UNESCAPE,
    row.sig.in === 'query' && QUERY_VALUES,
    hasQuery(recipe) && signedQuery(recipe),
    readsJson && JSON_AT,
    row.alg === 'token' && "const sha256 = (bytes) => createHash('sha256').update(bytes).digest()",
  )
}

const hasQuery = ({ pieces }: Recipe): boolean => pieces.some(({ is }) => is === 'query')

const usesHeaders = ({ row, pieces }: Recipe): boolean =>
  row.sig.in === 'header' ||
  row.ts?.in === 'header' ||
  row.match !== undefined ||
  pieces.some(({ is }) => is === 'header' || is === 'id')

const usesSingle = ({ row, pieces }: Recipe): boolean => row.ts?.in === 'header' || pieces.some(({ is }) => is === 'id')

function imports({ row, publicKey, pieces }: Recipe): string {
  const names: string[] = []
  const hashes = row.claims?.bodySha256Hex !== undefined || row.claims?.urlSha256Hex !== undefined
  if (row.alg === 'hash-sha256' || row.alg === 'token' || (row.alg === 'jwt' && hashes)) names.push('createHash')
  if (row.alg.startsWith('hmac') || (row.alg === 'jwt' && !publicKey)) names.push('createHmac')
  if (publicKey) names.push('createPublicKey', 'verify as fits')
  else names.push('timingSafeEqual')
  return lines(
    `import { ${names.join(', ')} } from 'node:crypto'`,
    pieces.some(({ is }) => is === 'crc32') && "import { crc32 } from 'node:zlib'",
  )
}

function head({ title, asks, publicKey, row }: Recipe): string {
  return lines(
    '/**',
    ` * ${title}`,
    ' *',
    ' * rawBody   a Buffer with the bytes as they came: a body that was parsed and written again does not fit.',
    " *           Express  app.post('/hook', express.raw({ type: () => true }), (req, res) => … req.body)",
    ' *           Hono     Buffer.from(await c.req.arrayBuffer())',
    ' * headers   req.headersDistinct of Node and Express, or a Headers object (c.req.raw.headers in Hono)',
    publicKey
      ? ' * publicKeys  the public key of the sender, or a list of them'
      : ' * secrets   the secret, or a list of them while one is being replaced',
    asks.method && ' * method    of the request, such as POST',
    asks.url && ' * url       the public URL that the sender called, to the letter and with its query',
    asks.settings && ` * settings  an object with ${settingsOf(row)}`,
    asks.now && ' * now       in milliseconds; only tests need to give it',
    ' */',
  )
}

/** Names of the user's do not stand in a comment. */
const settingsOf = (row: Recipe['row']): string =>
  row.match === undefined ? 'the values that are looked up in it below' : "what the sender's own header must equal"

function signature({ asks, publicKey }: Recipe): string {
  const named = [
    asks.method && 'method',
    asks.url && 'url',
    asks.settings && 'settings',
    asks.now && 'now = Date.now()',
  ].filter((each) => each !== false)
  const rest =
    named.length === 0 ? '' : `, { ${named.join(', ')} }${asks.method || asks.url || asks.settings ? '' : ' = {}'}`
  return `export function verify(rawBody, headers, ${publicKey ? 'publicKeys' : 'secrets'}${rest}) {`
}

function keysLine({ publicKey }: Recipe): string {
  return `const keys = [${publicKey ? 'publicKeys' : 'secrets'}].flat().map(keyOf)`
}

function values({ row, names }: Recipe): string {
  const each = names.map(jsText)
  switch (row.sig.in) {
    case 'header':
      return each.length === 1
        ? `valuesOf(headers, ${each[0]})`
        : `[${each.join(', ')}].flatMap((name) => valuesOf(headers, name))`
    case 'query':
      return each.length === 1
        ? `queryValues(url, ${each[0]})`
        : `[${each.join(', ')}].flatMap((name) => queryValues(url, name))`
    case 'bodyJson':
      return `[${names.map((name) => `jsonAt(rawBody, ${path(name.split('.'))})`).join(', ')}].filter((value) => value !== undefined)`
    case 'body':
      return "[rawBody.toString('latin1')]"
  }
}

const path = (keys: readonly string[]): string => `[${keys.map(jsText).join(', ')}]`

function verify(recipe: Recipe): string {
  const { row, stampForm } = recipe
  const grouped = stampForm !== undefined
  return lines(
    signature(recipe),
    indent(lines(keysLine(recipe), companion(recipe), outsideStamp(recipe), parts(recipe)), 2),
    grouped
      ? lines(
          `  for (const value of ${values(recipe)}) {`,
          '    const { timestamp, signatures } = signaturesIn(value)',
          recipe.needsTimestamp
            ? '    if (timestamp === undefined || !isFresh(timestamp, now)) continue'
            : '    if (timestamp !== undefined && !isFresh(timestamp, now)) continue',
          indent(compare(recipe), 4),
          '  }',
        )
      : lines(`  const signatures = ${values(recipe)}.flatMap(signaturesIn)`, indent(compare(recipe), 2)),
    row.alg === 'token' && !grouped ? false : '  return false',
    '}',
  )
}

function companion({ row }: Recipe): string | false {
  if (row.match === undefined) return false
  return lines(
    `const companions = valuesOf(headers, ${jsText(row.match.header.toLowerCase())})`,
    `if (companions.length !== 1 || companions[0] !== settings[${jsText(row.match.extra)}]) return false`,
  )
}

function outsideStamp({ row, needsTimestamp }: Recipe): string | false {
  const { ts } = row
  if (ts === undefined || ts.in === 'sigField') return false
  const read =
    ts.in === 'bodyJson'
      ? `jsonAt(rawBody, ${path(ts.name.split('.'))})`
      : `single(headers, [${[ts.name, ...(ts.aliases ?? [])].map((name) => jsText(name.toLowerCase())).join(', ')}])`
  const bad = needsTimestamp
    ? "typeof timestamp !== 'string' || !isFresh(timestamp, now)"
    : 'timestamp === null || (timestamp !== undefined && !isFresh(timestamp, now))'
  return lines(`const timestamp = ${read}`, `if (${bad}) return false`)
}

/** What may be missing is fetched before, so that the content itself reads as one line. */
function parts({ row, pieces }: Recipe): string | false {
  const found: string[] = []
  const give = (name: string, value: string): void =>
    void found.push(`const ${name} = ${value}`, `if (typeof ${name} !== 'string') return false`)
  pieces.forEach((piece, at) => {
    if (piece.is === 'header') give(`part${at}`, `valuesOf(headers, ${jsText(piece.name)})[0]`)
    else if (piece.is === 'json') give(`part${at}`, `jsonAt(rawBody, ${path(piece.path)})`)
    else if (piece.is === 'extra') give(`part${at}`, `settings[${jsText(piece.name)}]`)
  })
  if (row.id !== undefined && pieces.some(({ is }) => is === 'id'))
    give(
      'id',
      `single(headers, [${[row.id.name, ...(row.id.aliases ?? [])].map((name) => jsText(name.toLowerCase())).join(', ')}])`,
    )
  return found.length > 0 && lines(...found)
}

function compare(recipe: Recipe): string {
  const { row } = recipe
  if (row.alg === 'token')
    return lines(
      '// Hashed first: the comparison wants equal lengths, and must not tell how long the token is.',
      `return signatures.some((text) => keys.some((key) => timingSafeEqual(sha256(decode(text)), sha256(key))))`,
    )
  const perKey = recipe.pieces.some(({ is }) => is === 'secret')
  const content = contentOf(recipe)
  return lines(
    !perKey && content !== 'rawBody' && `const signed = ${content}`,
    'for (const key of keys) {',
    indent(
      lines(
        perKey && `const signed = ${content}`,
        !recipe.publicKey && `const expected = ${macOf(row.alg, content === 'rawBody' ? content : 'signed')}`,
        'for (const text of signatures) {',
        '  const bytes = decode(text)',
        recipe.publicKey
          ? `  if (bytes !== undefined && ${publicCheck(row.alg, content === 'rawBody' ? content : 'signed')}) return true`
          : '  if (bytes?.length === expected.length && timingSafeEqual(bytes, expected)) return true',
        '}',
      ),
      2,
    ),
    '}',
  )
}

const macOf = (alg: Recipe['row']['alg'], of: string): string =>
  alg === 'hash-sha256'
    ? `createHash('sha256').update(${of}).digest()`
    : `createHmac('${digestName(alg)}', key).update(${of}).digest()`

const publicCheck = (alg: Recipe['row']['alg'], of: string): string =>
  `fits(${alg === 'ed25519' ? 'null' : `'${digestName(alg)}'`}, ${of}, key, bytes)`

function contentOf({ pieces }: Recipe): string {
  const only = pieces.length === 1 ? pieces[0] : undefined
  if (only?.is === 'body') return 'rawBody'
  return `Buffer.concat([${pieces.map(pieceText).join(', ')}])`
}

function pieceText(piece: Piece, at: number): string {
  switch (piece.is) {
    case 'text':
      return `Buffer.from(${jsText(piece.text)})`
    case 'body':
      return 'rawBody'
    case 'ts':
      return "Buffer.from(timestamp, 'latin1')"
    case 'id':
      return "Buffer.from(id, 'latin1')"
    case 'url':
      return 'Buffer.from(url)'
    case 'method':
      return 'Buffer.from(method)'
    case 'secret':
      return 'key'
    case 'query':
      return "Buffer.from(signedQuery(url), 'latin1')"
    case 'bodyBase64':
      return "Buffer.from(rawBody.toString('base64'))"
    case 'crc32':
      return 'Buffer.from(String(crc32(rawBody)))'
    case 'extra':
      return `Buffer.from(part${at})`
    case 'header':
    case 'json':
      return `Buffer.from(part${at}, 'latin1')`
  }
}

function secretKey({ row }: Recipe): string {
  const { enc, strip, bare, normalize } = row.key
  if (enc === 'utf8' && !strip?.length && normalize === undefined)
    return lines(
      'function keyOf(secret) {',
      "  if (!secret) throw new Error('The secret is not set.')",
      '  return Buffer.from(secret)',
      '}',
    )
  const text = normalize === undefined ? 'text' : `text.normalize('${normalize}')`
  const decoded = (how: string): string => (how === 'utf8' ? `Buffer.from(${text})` : `Buffer.from(text, '${how}')`)
  return lines(
    'function keyOf(secret) {',
    "  if (!secret) throw new Error('The secret is not set.')",
    strip?.length
      ? lines(
          `  const prefix = [${strip.map(jsText).join(', ')}].find((each) => secret.startsWith(each))`,
          bare !== undefined &&
            lines('  if (prefix === undefined) {', '    const text = secret', `    return ${decoded(bare)}`, '  }'),
          '  const text = secret.slice(prefix?.length ?? 0)',
        )
      : '  const text = secret',
    `  const key = ${decoded(enc)}`,
    "  if (key.length === 0) throw new Error('The secret cannot be read.')",
    '  return key',
    '}',
  )
}

function publicKey({ row }: Recipe): string {
  const { enc, strip } = row.key
  const text = strip?.length
    ? lines(
        `  const prefix = [${strip.map(jsText).join(', ')}].find((each) => publicKey.startsWith(each))`,
        '  const text = publicKey.slice(prefix?.length ?? 0)',
      )
    : '  const text = publicKey'
  const made = {
    pem: "createPublicKey(text.includes('-----BEGIN') ? text : Buffer.from(text, 'base64').toString())",
    jwk: "createPublicKey({ key: JSON.parse(text), format: 'jwk' })",
    'spki-base64': "createPublicKey({ key: Buffer.from(text, 'base64'), format: 'der', type: 'spki' })",
    hex: rawKey(row.alg, 'hex'),
    base64: rawKey(row.alg, 'base64'),
    utf8: 'createPublicKey(text)',
  }[enc]
  return lines('function keyOf(publicKey) {', text, `  return ${made}`, '}')
}

/** Ed25519 keys travel as their 32 bytes, which Node takes as the `x` of a JWK; others as SPKI. */
function rawKey(alg: string, encoding: string): string {
  const bytes = `Buffer.from(text, '${encoding}')`
  return alg === 'ed25519'
    ? `createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x: ${bytes}.toString('base64url') }, format: 'jwk' })`
    : `createPublicKey({ key: ${bytes}, format: 'der', type: 'spki' })`
}

function signaturesIn({ row, form, stampForm }: Recipe): string {
  const { list } = row.sig
  const cut = (of: string, start: string): string => (start === '' ? of : `${of}.slice(${start.length})`)
  if (list === undefined && stampForm === undefined)
    return form === ''
      ? 'const signaturesIn = (value) => [value]'
      : `const signaturesIn = (value) => (value.startsWith(${jsText(form)}) ? [${cut('value', form)}] : [])`
  return lines(
    stampForm === undefined
      ? '/** All that fit the form count: while a secret is being replaced, there are two. */'
      : '/** All signatures count: while a secret is being replaced, there are two. */',
    'function signaturesIn(value) {',
    '  const signatures = []',
    stampForm !== undefined && '  let timestamp',
    `  for (const part of ${list === undefined ? '[value]' : `value.split(${jsText(list)})`}) {`,
    list === undefined ? '    const element = part' : '    const element = part.trim()',
    stampForm !== undefined &&
      `    if (element.startsWith(${jsText(stampForm)})) timestamp = ${cut('element', stampForm)}`,
    `    if (element.startsWith(${jsText(form)})) signatures.push(${cut('element', form)})`,
    '  }',
    stampForm === undefined ? '  return signatures' : '  return { timestamp, signatures }',
    '}',
  )
}

function decode({ row }: Recipe): string {
  const { enc, hexCase } = row.sig
  const nothing = row.alg === 'token' ? "''" : 'undefined'
  if (enc === 'utf8') return "const decode = (text) => Buffer.from(text, 'latin1')"
  const note = '/** Strict: Node itself skips what it cannot read. */'
  if (enc === 'hex')
    return lines(
      note,
      `const decode = (text) => (/^(?:[0-9a-f]{2})+$/${hexCase === 'lower' ? '' : 'i'}.test(text) ? Buffer.from(text, 'hex') : ${nothing})`,
    )
  return lines(
    note,
    'function decode(text) {',
    `  const bytes = Buffer.from(text, '${enc}')`,
    `  return bytes.toString('${enc}') === text ? bytes : ${nothing}`,
    '}',
  )
}

function isFresh(ts: NonNullable<Recipe['row']['ts']>): string {
  const { past, future } = limitsOf(ts)
  const limits = [past !== null && `age <= ${past}`, future !== null && `age >= -${future}`].filter(
    (each) => each !== false,
  )
  const age = {
    s: 'Math.floor(now / 1000) - Number(timestamp)',
    ms: 'now - Number(timestamp)',
    iso: "now - Date.parse(match[1] + (match[2] ?? '').slice(0, 4) + match[3])",
  }[ts.unit]
  return lines(
    limits.length === 0
      ? '/** Age is not limited here: whoever has an old request can send it again. Compare `age` with a limit of your own. */'
      : `/** In ${ts.unit === 's' ? 'seconds' : 'milliseconds'}. */`,
    'function isFresh(timestamp, now) {',
    ts.unit === 'iso'
      ? lines(
          '  const match = /^(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)$/.exec(timestamp)',
          '  if (match === null) return false',
        )
      : '  if (!/^\\d{1,15}$/.test(timestamp)) return false',
    `  const age = ${age}`,
    `  return ${limits.length === 0 ? '!Number.isNaN(age)' : limits.join(' && ')}`,
    '}',
  )
}

const algorithms = ({ row }: Recipe): string =>
  lines(
    '/** Only these: a token must not choose how it is checked. */',
    `const ALGORITHMS = [${(row.algs ?? []).map(jsText).join(', ')}]`,
  )

function verifyJwt(recipe: Recipe): string {
  const { row, publicKey } = recipe
  const algorithms = row.algs ?? []
  const check = publicKey
    ? lines(
        `  // RFC 7518 §3.4: the two numbers of ECDSA stand one after the other.`,
        `  const fitting = keys.some((key) => fits('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' }, signature))`,
      )
    : lines(
        '  const fitting = keys.some((key) => {',
        "    const expected = createHmac(header.alg.replace('HS', 'sha'), key).update(signed).digest()",
        '    return signature.length === expected.length && timingSafeEqual(signature, expected)',
        '  })',
      )
  return lines(
    signature(recipe),
    `  ${keysLine(recipe)}`,
    companion(recipe) && indent(companion(recipe) || '', 2),
    `  return ${values(recipe)}.flatMap(signaturesIn).some((token) => {`,
    indent(
      lines(
        "  const [first, second, third, ...more] = token.split('.')",
        '  if (third === undefined || more.length > 0) return false',
        '  const header = readPart(first)',
        '  const claims = readPart(second)',
        '  if (!ALGORITHMS.includes(header?.alg) || header.crit !== undefined || claims === undefined) return false',
        "  const signed = [first, second].join('.')",
        "  const signature = Buffer.from(third, 'base64url')",
        "  if (signature.toString('base64url') !== third) return false",
        publicKey && keyFitsAlgorithm(algorithms),
        check,
        `  return fitting && holds(claims${claimArguments(recipe)})`,
      ),
      2,
    ),
    '  })',
    '}',
  )
}

/** A key of the other kind would be asked to do what it cannot, and Node throws. */
const keyFitsAlgorithm = (algorithms: readonly string[]): string | false =>
  algorithms.length > 1 &&
  "  const kind = header.alg === 'ES256' ? 'ec' : 'rsa'\n  if (!keys.some((key) => key.asymmetricKeyType === kind)) return false"

const claimArguments = ({ row, asks }: Recipe): string =>
  `${row.claims?.bodySha256Hex === undefined ? '' : ', rawBody'}${asks.url ? ', url' : ''}${asks.settings ? ', settings' : ''}, now`

function claims(recipe: Recipe): string {
  const {
    iss,
    aud,
    bodySha256Hex,
    urlSha256Hex,
    maxAge,
    skew = 0,
    requireExp,
    required = [],
    bodyOptional,
  } = recipe.row.claims ?? {}
  const needed = [requireExp && 'exp', maxAge !== undefined && 'iat', ...required].filter(
    (each) => typeof each === 'string',
  )
  const not = (when: string): string => `  if (${when}) return false`
  const digest = (name: string, of: string): string =>
    `String(claims[${jsText(name)}]).toLowerCase() !== createHash('sha256').update(${of}).digest('hex')`
  return lines(
    '/** What the token says of itself and of this request. */',
    `function holds(claims${claimArguments(recipe)}) {`,
    needed.length > 0 && not(`![${needed.map(jsText).join(', ')}].every((name) => Object.hasOwn(claims, name))`),
    not("['exp', 'nbf', 'iat'].some((name) => claims[name] !== undefined && !Number.isFinite(claims[name]))"),
    '  const seconds = Math.floor(now / 1000)',
    not(`claims.exp <= seconds - ${skew}`),
    not(`claims.nbf > seconds + ${skew}`),
    maxAge !== undefined && not(`seconds - claims.iat > ${maxAge + skew}`),
    not(`claims.iat > seconds + ${maxAge === undefined ? Math.max(skew, 300) : skew}`),
    iss !== undefined && not(`claims.iss !== ${jsText(iss)}`),
    aud !== undefined && not(`![claims.aud].flat().includes(settings[${jsText(aud)}])`),
    bodySha256Hex !== undefined &&
      not(
        bodyOptional === true
          ? `(rawBody.length > 0 || claims[${jsText(bodySha256Hex)}] !== undefined) && ${digest(bodySha256Hex, 'rawBody')}`
          : digest(bodySha256Hex, 'rawBody'),
      ),
    urlSha256Hex !== undefined && not(digest(urlSha256Hex, 'url')),
    '  return true',
    '}',
  )
}

const READ_PART = `function readPart(text) {
  try {
    const value = JSON.parse(Buffer.from(text, 'base64url').toString())
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}`

const VALUES_OF = `/** All values of a header. */
function valuesOf(headers, name) {
  const pairs = headers instanceof Headers ? [...headers] : Object.entries(headers)
  return pairs.filter(([key]) => key.toLowerCase() === name).flatMap(([, value]) => value ?? [])
}`

const SINGLE = `/** The value of a header that comes once: undefined where there is none, null where there are several. */
function single(headers, names) {
  const values = names.map((name) => valuesOf(headers, name)).find((each) => each.length > 0) ?? []
  return values.every((value) => value === values[0]) ? values[0] : null
}`

const UNESCAPE = `const queryOf = (url) => url.split('#', 1)[0].split('?').slice(1).join('?')

/** Percent escapes are decoded, + stays +: in a signature it is a base64 digit. */
const unescape = (text) => text.replace(/%([0-9a-f]{2})/gi, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16)))`

const QUERY_VALUES = `function queryValues(url, name) {
  return queryOf(url).split('&').flatMap((pair) => {
    const [key, ...value] = pair.split('=')
    return unescape(key) === name ? [unescape(value.join('='))] : []
  })
}`

function signedQuery({ row, names }: Recipe): string {
  const own = row.sig.in === 'query' ? names[0] : undefined
  return lines(
    own === undefined
      ? '/** The query as it came. */'
      : '/** The query as it came, without the signature, which cannot cover itself. */',
    'function signedQuery(url) {',
    own === undefined
      ? '  return queryOf(url)'
      : `  return queryOf(url).split('&').filter((pair) => unescape(pair.split('=', 1)[0]) !== ${jsText(own)}).join('&')`,
    '}',
  )
}

const JSON_AT = `/** A text, number or boolean inside the JSON body, one character a byte; undefined where there is none. */
function jsonAt(rawBody, path) {
  let value
  try {
    value = JSON.parse(rawBody.toString())
  } catch {
    return undefined
  }
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = value[key]
  }
  if (typeof value === 'string') return Buffer.from(value).toString('latin1')
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}`
