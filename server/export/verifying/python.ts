/** Verifying code for Python 3.9 and later. Public-key signatures need the package `cryptography`: the standard library has none. */
import { byteText, pythonText } from './literals.ts'
import { blocks, digestName, indent, limitsOf, lines, type Piece, type Recipe } from './recipe.ts'

export function python(recipe: Recipe): string {
  const { row, readsJson, pieces } = recipe
  const jwt = row.alg === 'jwt'
  const parts = [
    jwt ? verifyJwt(recipe) : verify(recipe),
    recipe.publicKey ? publicKey(recipe) : secretKey(recipe),
    recipe.publicKey && fits(recipe),
    signaturesIn(recipe),
    decode(recipe),
    row.ts !== undefined && isFresh(row.ts),
    jwt && lines(READ_PART, '', '', claims(recipe)),
    usesHeaders(recipe) && VALUES_OF,
    (row.ts?.in === 'header' || pieces.some(({ is }) => is === 'id')) && SINGLE,
    row.sig.in === 'query' && QUERY_VALUES,
    pieces.some(({ is }) => is === 'query') && signedQuery(recipe),
    readsJson && JSON_AT,
  ].filter((part) => part !== false)
  if (parts.some((part) => part.includes('to_bytes('))) parts.push(TO_BYTES)
  return blocks(lines(head(recipe), imports(parts.join('\n'))), `\n${parts.join('\n\n\n')}`)
}

const usesHeaders = ({ row, pieces }: Recipe): boolean =>
  row.sig.in === 'header' ||
  row.ts?.in === 'header' ||
  row.match !== undefined ||
  pieces.some(({ is }) => is === 'header' || is === 'id')

const MODULES = ['base64', 'hashlib', 'hmac', 'json', 're', 'time', 'unicodedata', 'zlib']

/** What the code names is what it imports. */
function imports(code: string): string {
  const cryptography = [
    [/\bserialization\./, 'from cryptography.hazmat.primitives import serialization'],
    [/\bhashes\./, 'from cryptography.hazmat.primitives import hashes'],
    [/\bEd25519PublicKey\b/, 'from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey'],
    [/\bec\./, 'from cryptography.hazmat.primitives.asymmetric import ec'],
    [/\brsa\./, 'from cryptography.hazmat.primitives.asymmetric import rsa'],
    [/\bpadding\./, 'from cryptography.hazmat.primitives.asymmetric import padding'],
    [/\bencode_dss_signature\(/, 'from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature'],
    [/\bInvalidSignature\b/, 'from cryptography.exceptions import InvalidSignature'],
  ] as const
  const more = cryptography.filter(([name]) => name.test(code)).map(([, line]) => line)
  return lines(
    ...MODULES.filter((name) => new RegExp(`(?<![\\w.])${name}\\.`).test(code)).map((name) => `import ${name}`),
    code.includes('datetime.') && 'from datetime import datetime',
    code.includes('unquote_to_bytes(') && 'from urllib.parse import unquote_to_bytes',
    more.length > 0 && lines('', ...more),
  )
}

function head({ title, asks, publicKey }: Recipe): string {
  return lines(
    `"""${title}`,
    '',
    'raw_body    the bytes as they came: a body that was parsed and written again does not fit.',
    '            Flask: request.get_data()   FastAPI: await request.body()   Django: request.body',
    'headers     request.headers of any of these, or a list of pairs',
    publicKey
      ? 'public_keys the public key of the sender, or a list of them'
      : 'secrets     the secret, or a list of them while one is being replaced',
    asks.method && 'method      of the request, such as POST',
    asks.url && 'url         the public URL that the sender called, to the letter and with its query',
    asks.settings && 'settings    a dictionary of the values that are looked up in it below',
    asks.now && 'now         in Unix seconds; only tests need to give it',
    publicKey && '\nNeeds `pip install cryptography`: Python itself cannot check public-key signatures.',
    '"""',
  )
}

function signature({ asks, publicKey }: Recipe): string {
  const named = [
    asks.method && 'method',
    asks.url && 'url',
    asks.settings && 'settings',
    asks.now && 'now=None',
  ].filter((each) => each !== false)
  const rest = named.length === 0 ? '' : `, *, ${named.join(', ')}`
  const keys = publicKey ? 'public_keys' : 'secrets'
  return lines(
    `def verify(raw_body, headers, ${keys}${rest}):`,
    asks.now && '    now = time.time() if now is None else now',
    `    keys = [key_of(each) for each in ([${keys}] if isinstance(${keys}, str) else ${keys})]`,
  )
}

const tuple = (items: readonly string[]): string => `(${items.join(', ')}${items.length === 1 ? ',' : ''})`
const path = (keys: readonly string[]): string => `[${keys.map(pythonText).join(', ')}]`
const names = (all: readonly string[]): string => tuple(all.map((name) => pythonText(name.toLowerCase())))

function values({ row, names: all }: Recipe): string {
  const first = all[0] ?? ''
  switch (row.sig.in) {
    case 'header':
      return all.length === 1
        ? `values_of(headers, ${pythonText(first)})`
        : `[value for name in ${tuple(all.map(pythonText))} for value in values_of(headers, name)]`
    case 'query':
      return all.length === 1
        ? `query_values(url, ${pythonText(first)})`
        : `[value for name in ${tuple(all.map(pythonText))} for value in query_values(url, name)]`
    case 'bodyJson':
      return `[value for value in ${tuple(all.map((name) => `json_at(raw_body, ${path(name.split('.'))})`))} if value is not None]`
    case 'body':
      return '[raw_body.decode("latin-1")]'
  }
}

function verify(recipe: Recipe): string {
  const { row, stampForm, needsTimestamp } = recipe
  if (stampForm === undefined)
    return lines(
      signature(recipe),
      indent(lines(companion(row), outsideStamp(recipe), parts(recipe)), 4) || false,
      `    signatures = [text for value in ${values(recipe)} for text in signatures_in(value)]`,
      indent(compare(recipe), 4),
      row.alg !== 'token' && '    return False',
    )
  return lines(
    signature(recipe),
    indent(lines(companion(row), parts(recipe)), 4) || false,
    `    for value in ${values(recipe)}:`,
    '        timestamp, signatures = signatures_in(value)',
    needsTimestamp
      ? '        if timestamp is None or not is_fresh(timestamp, now):'
      : '        if timestamp is not None and not is_fresh(timestamp, now):',
    '            continue',
    indent(row.alg === 'token' ? lines(`if ${anyToken}:`, '    return True') : compare(recipe), 8),
    '    return False',
  )
}

function companion({ match }: Recipe['row']): string | false {
  if (match === undefined) return false
  return lines(
    `if values_of(headers, ${pythonText(match.header.toLowerCase())}) != [settings[${pythonText(match.extra)}]]:`,
    '    return False',
  )
}

function outsideStamp({ row: { ts }, needsTimestamp }: Recipe): string | false {
  if (ts === undefined || ts.in === 'sigField') return false
  const read =
    ts.in === 'bodyJson'
      ? `json_at(raw_body, ${path(ts.name.split('.'))})`
      : `single(headers, ${names([ts.name, ...(ts.aliases ?? [])])})`
  // What comes more than once and differs is False, what is not there None.
  const bad = needsTimestamp
    ? 'not isinstance(timestamp, str) or not is_fresh(timestamp, now)'
    : 'timestamp is False or (timestamp is not None and not is_fresh(timestamp, now))'
  return lines(`timestamp = ${read}`, `if ${bad}:`, '    return False')
}

function parts({ row, pieces }: Recipe): string | false {
  const found: string[] = []
  const give = (name: string, value: string): void =>
    void found.push(`${name} = ${value}`, `if not isinstance(${name}, str):`, '    return False')
  pieces.forEach((piece, at) => {
    if (piece.is === 'header') give(`part${at}`, `next(iter(values_of(headers, ${pythonText(piece.name)})), None)`)
    else if (piece.is === 'json') give(`part${at}`, `json_at(raw_body, ${path(piece.path)})`)
    else if (piece.is === 'extra') give(`part${at}`, `settings.get(${pythonText(piece.name)})`)
  })
  if (row.id !== undefined && pieces.some(({ is }) => is === 'id'))
    give('message_id', `single(headers, ${names([row.id.name, ...(row.id.aliases ?? [])])})`)
  return found.length > 0 && lines(...found)
}

const anyToken = 'any(hmac.compare_digest(decode(text), key) for text in signatures for key in keys)'

function compare(recipe: Recipe): string {
  const { row, pieces, publicKey: isPublic } = recipe
  if (row.alg === 'token') return `return ${anyToken}`
  const perKey = pieces.some(({ is }) => is === 'secret')
  const content = `signed = ${pieces.map(pieceText).join(' + ')}`
  const mac =
    row.alg === 'hash-sha256'
      ? 'hashlib.sha256(signed).digest()'
      : `hmac.new(key, signed, hashlib.${digestName(row.alg)}).digest()`
  return lines(
    !perKey && content,
    'for key in keys:',
    perKey && `    ${content}`,
    !isPublic && `    expected = ${mac}`,
    '    for text in signatures:',
    isPublic
      ? '        if fits(key, decode(text), signed):'
      : '        if hmac.compare_digest(decode(text), expected):',
    '            return True',
  )
}

function pieceText(piece: Piece, at: number): string {
  switch (piece.is) {
    case 'text':
      return `b${byteText(piece.text)}`
    case 'body':
      return 'raw_body'
    case 'ts':
      return 'to_bytes(timestamp)'
    case 'id':
      return 'to_bytes(message_id)'
    case 'url':
      return 'url.encode()'
    case 'method':
      return 'method.encode()'
    case 'secret':
      return 'key'
    case 'query':
      return 'signed_query(url).encode()'
    case 'bodyBase64':
      return 'base64.b64encode(raw_body)'
    case 'crc32':
      return 'str(zlib.crc32(raw_body)).encode()'
    case 'extra':
      return `part${at}.encode()`
    case 'header':
    case 'json':
      return `to_bytes(part${at})`
  }
}

function withoutPrefix(strip: readonly string[] | undefined, of: string): string {
  if (!strip?.length) return `    text = ${of}`
  return lines(
    `    prefix = next((each for each in ${tuple(strip.map(pythonText))} if ${of}.startswith(each)), None)`,
    `    text = ${of}[len(prefix or ""):]`,
  )
}

function secretKey({ row }: Recipe): string {
  const { enc, strip, bare, normalize } = row.key
  const decoded: Record<string, string> = {
    utf8: normalize === undefined ? 'text.encode()' : `unicodedata.normalize("${normalize}", text).encode()`,
    base64: 'base64.b64decode(text + "=" * (-len(text) % 4))',
    hex: 'bytes.fromhex(text)',
  }
  if (enc === 'utf8' && !strip?.length && normalize === undefined)
    return lines(
      'def key_of(secret):',
      '    if not secret:',
      '        raise ValueError("The secret is not set.")',
      '    return secret.encode()',
    )
  return lines(
    'def key_of(secret):',
    '    if not secret:',
    '        raise ValueError("The secret is not set.")',
    withoutPrefix(strip, 'secret'),
    strip?.length ? bare !== undefined && lines('    if prefix is None:', `        return ${decoded[bare]}`) : false,
    `    key = ${decoded[enc]}`,
    '    if not key:',
    '        raise ValueError("The secret cannot be read.")',
    '    return key',
  )
}

function publicKey({ row }: Recipe): string {
  const { enc, strip } = row.key
  const der = (bytes: string): string => `serialization.load_der_public_key(${bytes})`
  const raw = (bytes: string): string =>
    row.alg === 'ed25519' ? `Ed25519PublicKey.from_public_bytes(${bytes})` : der(bytes)
  const base64 = 'base64.b64decode(text + "=" * (-len(text) % 4))'
  const made = {
    pem: lines(
      '    if "-----BEGIN" not in text:',
      '        text = base64.b64decode(text).decode()',
      '    return serialization.load_pem_public_key(text.encode())',
    ),
    jwk: lines(
      '    jwk = json.loads(text)',
      '    number = lambda name: int.from_bytes(jwk_bytes(jwk[name]), "big")',
      jwk(row),
    ),
    'spki-base64': `    return ${der('base64.b64decode(text)')}`,
    hex: `    return ${raw('bytes.fromhex(text)')}`,
    base64: `    return ${raw(base64)}`,
    utf8: '    return serialization.load_pem_public_key(text.encode())',
  }[enc]
  return lines(
    'def key_of(public_key):',
    withoutPrefix(strip, 'public_key'),
    made,
    enc === 'jwk' &&
      lines('', '', 'def jwk_bytes(text):', '    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))'),
  )
}

function jwk({ alg, algs }: Recipe['row']): string {
  if (alg === 'ed25519') return '    return Ed25519PublicKey.from_public_bytes(jwk_bytes(jwk["x"]))'
  const elliptic = '    return ec.EllipticCurvePublicNumbers(number("x"), number("y"), ec.SECP256R1()).public_key()'
  const modular = '    return rsa.RSAPublicNumbers(number("e"), number("n")).public_key()'
  if (alg === 'ecdsa-p256') return elliptic
  if (alg === 'rsa-sha1' || alg === 'rsa-sha256') return modular
  if (algs?.length === 1) return algs[0] === 'ES256' ? elliptic : modular
  return lines('    if jwk["kty"] == "EC":', `    ${elliptic}`, modular)
}

/** Whether a signature fits; a key of another kind, or a signature that is none, does not. */
function fits({ row }: Recipe): string {
  const elliptic = 'key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))'
  const modular = (hash: string): string => `key.verify(signature, signed, padding.PKCS1v15(), hashes.${hash}())`
  if (row.alg === 'jwt')
    return lines(
      'def fits(key, algorithm, signature, signed):',
      '    try:',
      '        if algorithm == "ES256":',
      '            # RFC 7518 section 3.4: the two numbers of ECDSA stand one after the other.',
      '            r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))',
      '            key.verify(encode_dss_signature(r, s), signed, ec.ECDSA(hashes.SHA256()))',
      '        else:',
      `            ${modular('SHA256')}`,
      '        return len(signature) == 64 or algorithm != "ES256"',
      '    except (InvalidSignature, TypeError, ValueError, AttributeError):',
      '        return False',
    )
  const check =
    row.alg === 'ed25519'
      ? 'key.verify(signature, signed)'
      : row.alg === 'ecdsa-p256'
        ? elliptic
        : modular(row.alg === 'rsa-sha1' ? 'SHA1' : 'SHA256')
  return lines(
    'def fits(key, signature, signed):',
    '    try:',
    `        ${check}`,
    '        return True',
    '    except (InvalidSignature, ValueError):',
    '        return False',
  )
}

function signaturesIn({ row, form, stampForm }: Recipe): string {
  const { list } = row.sig
  const cut = (of: string, start: string): string => (start === '' ? of : `${of}[${[...start].length}:]`)
  const all = list === undefined ? '[value]' : `[part.strip(" \\t") for part in value.split(${pythonText(list)})]`
  const found = `[${cut('each', form)} for each in ${stampForm === undefined ? all : 'elements'}${form === '' ? '' : ` if each.startswith(${pythonText(form)})`}]`
  if (stampForm === undefined)
    return lines('def signatures_in(value):', `    return ${form === '' && list === undefined ? '[value]' : found}`)
  return lines(
    'def signatures_in(value):',
    '    """The timestamp, and all signatures: while a secret is being replaced, there are two."""',
    `    elements = ${all}`,
    `    stamps = [${cut('each', stampForm)} for each in elements if each.startswith(${pythonText(stampForm)})]`,
    `    return (stamps[-1] if stamps else None), ${found}`,
  )
}

const TO_BYTES = lines(
  'def to_bytes(text):',
  '    """Header values have one character a byte."""',
  '    return text.encode("latin-1", "replace")',
)

function decode({ row }: Recipe): string {
  const { enc, hexCase } = row.sig
  if (row.alg !== 'jwt' && enc === 'utf8')
    return lines('def decode(text):', '    return text.encode("latin-1", "replace")')
  const body =
    row.alg !== 'jwt' && enc === 'hex'
      ? lines(
          `    is_hex = re.fullmatch(r"(?:[0-9a-f]{2})+", text${hexCase === 'lower' ? '' : ', re.IGNORECASE | re.ASCII'})`,
          '    return bytes.fromhex(text) if is_hex else b""',
        )
      : row.alg !== 'jwt' && enc === 'base64'
        ? lines(
            '    try:',
            '        decoded = base64.b64decode(text, validate=True)',
            '    except ValueError:',
            '        return b""',
            '    return decoded if base64.b64encode(decoded).decode() == text else b""',
          )
        : lines(
            '    try:',
            '        decoded = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))',
            '    except ValueError:',
            '        return b""',
            '    return decoded if base64.urlsafe_b64encode(decoded).decode().rstrip("=") == text else b""',
          )
  return lines('def decode(text):', '    """Strict; what cannot be read has no bytes, and fits nothing."""', body)
}

function isFresh(ts: NonNullable<Recipe['row']['ts']>): string {
  const { past, future } = limitsOf(ts)
  const limits =
    past !== null && future !== null
      ? `-${future} <= age <= ${past}`
      : past !== null
        ? `age <= ${past}`
        : future !== null
          ? `age >= -${future}`
          : 'True  # age is not limited here: compare it with a limit of your own'
  if (ts.unit === 'iso')
    return lines(
      'def is_fresh(timestamp, now):',
      '    form = r"(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)"',
      '    match = re.fullmatch(form, timestamp, re.ASCII)',
      '    if match is None:',
      '        return False',
      '    milliseconds = (match[2] or ".")[:4].ljust(4, "0")',
      '    zone = "+00:00" if match[3] == "Z" else match[3]',
      '    try:',
      '        moment = datetime.fromisoformat(match[1] + milliseconds + zone)',
      '    except ValueError:',
      '        return False',
      '    age = round(now * 1000) - round(moment.timestamp() * 1000)  # in milliseconds',
      `    return ${limits}`,
    )
  return lines(
    'def is_fresh(timestamp, now):',
    '    if not re.fullmatch("[0-9]{1,15}", timestamp):',
    '        return False',
    ts.unit === 's'
      ? '    age = int(now) - int(timestamp)  # in seconds'
      : '    age = round(now * 1000) - int(timestamp)  # in milliseconds',
    `    return ${limits}`,
  )
}

function verifyJwt(recipe: Recipe): string {
  const { row, publicKey: isPublic } = recipe
  const check = isPublic
    ? 'if any(fits(key, header["alg"], signature, signed) for key in keys) and holds('
    : 'expected = [hmac.new(key, signed, ALGORITHMS[header["alg"]]).digest() for key in keys]\n        if any(hmac.compare_digest(signature, each) for each in expected) and holds('
  const algorithms = isPublic
    ? `ALGORITHMS = ${tuple((row.algs ?? []).map(pythonText))}`
    : `ALGORITHMS = {${(row.algs ?? []).map((alg) => `"${alg}": "sha${alg.slice(2)}"`).join(', ')}}`
  return lines(
    '# Only these: a token must not choose how it is checked.',
    algorithms,
    '',
    '',
    signature(recipe),
    indent(companion(row) || '', 4) || false,
    `    for token in [text for value in ${values(recipe)} for text in signatures_in(value)]:`,
    '        first, second, third = (token.split(".") + ["", "", ""])[:3]',
    '        header, claims, signature = read_part(first), read_part(second), decode(third)',
    '        if token.count(".") != 2 or header is None or claims is None or "crit" in header:',
    '            continue',
    '        if header.get("alg") not in tuple(ALGORITHMS):',
    '            continue',
    '        signed = to_bytes(first + "." + second)',
    `        ${check}claims${claimArguments(recipe)}):`,
    '            return True',
    '    return False',
  )
}

const claimArguments = ({ row, asks }: Recipe): string =>
  `${row.claims?.bodySha256Hex === undefined ? '' : ', raw_body'}${asks.url ? ', url' : ''}${asks.settings ? ', settings' : ''}, now`

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
  const refuse = (when: string): string => lines(`    if ${when}:`, '        return False')
  const digest = (name: string, of: string): string =>
    `str(claims.get(${pythonText(name)})).lower() != hashlib.sha256(${of}).hexdigest()`
  return lines(
    `def holds(claims${claimArguments(recipe)}):`,
    '    """What the token says of itself and of this request."""',
    needed.length > 0 && refuse(`not all(name in claims for name in ${tuple(needed.map(pythonText))})`),
    refuse('any(type(claims[name]) not in (int, float) for name in ("exp", "nbf", "iat") if name in claims)'),
    '    seconds = int(now)',
    refuse(`"exp" in claims and claims["exp"] <= seconds - ${skew}`),
    refuse(`"nbf" in claims and claims["nbf"] > seconds + ${skew}`),
    maxAge !== undefined && refuse(`seconds - claims["iat"] > ${maxAge + skew}`),
    refuse(`"iat" in claims and claims["iat"] > seconds + ${maxAge === undefined ? Math.max(skew, 300) : skew}`),
    iss !== undefined && refuse(`claims.get("iss") != ${pythonText(iss)}`),
    aud !== undefined &&
      lines(
        '    audience = claims.get("aud")',
        refuse(`settings[${pythonText(aud)}] not in (audience if isinstance(audience, list) else [audience])`),
      ),
    bodySha256Hex !== undefined &&
      refuse(
        bodyOptional === true
          ? `(raw_body or ${pythonText(bodySha256Hex)} in claims) and ${digest(bodySha256Hex, 'raw_body')}`
          : digest(bodySha256Hex, 'raw_body'),
      ),
    urlSha256Hex !== undefined && refuse(digest(urlSha256Hex, 'url.encode()')),
    '    return True',
  )
}

const READ_PART = `def read_part(text):
    try:
        value = json.loads(decode(text))
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None`

const VALUES_OF = `def values_of(headers, name):
    pairs = headers.items() if hasattr(headers, "items") else headers
    found = [value for key, value in pairs if key.lower() == name]
    return [each for value in found for each in ([value] if isinstance(value, str) else value)]`

const SINGLE = `def single(headers, names):
    """The value of a header that comes once: None where there is none, False where there are several."""
    values = next((found for found in (values_of(headers, name) for name in names) if found), [None])
    return values[0] if all(value == values[0] for value in values) else False`

const QUERY_VALUES = `def query_values(url, name):
    """Percent escapes are decoded, + stays +: in a signature it is a base64 digit."""
    query = url.split("#", 1)[0].partition("?")[2]
    pairs = [pair.partition("=") for pair in query.split("&")]
    text = lambda escaped: unquote_to_bytes(escaped).decode("latin-1")
    return [text(value) for key, _, value in pairs if text(key) == name]`

function signedQuery({ row, names: all }: Recipe): string {
  const own = row.sig.in === 'query' ? all[0] : undefined
  return lines(
    'def signed_query(url):',
    own === undefined
      ? '    """The query as it came."""'
      : '    """The query as it came, without the signature, which cannot cover itself."""',
    '    query = url.split("#", 1)[0].partition("?")[2]',
    own === undefined
      ? '    return query'
      : lines(
          '    name = lambda pair: unquote_to_bytes(pair.partition("=")[0]).decode("latin-1")',
          `    return "&".join(pair for pair in query.split("&") if name(pair) != ${pythonText(own)})`,
        ),
  )
}

const JSON_AT = `def json_at(raw_body, path):
    """A text, number or boolean inside the JSON body, one character a byte; None where there is none."""
    try:
        value = json.loads(raw_body.decode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None
    for key in path:
        if isinstance(value, list) and re.fullmatch("0|[1-9][0-9]*", key) and int(key) < len(value):
            value = value[int(key)]
        elif isinstance(value, dict) and key in value:
            value = value[key]
        else:
            return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("latin-1")
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 1.0 is written 1
    return str(value) if isinstance(value, (int, float)) else None`
