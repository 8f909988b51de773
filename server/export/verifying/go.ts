/** Verifying code for Go 1.19 and later, with nothing but the standard library. */
import { byteText, wireText } from './literals.ts'
import { blocks, digestName, limitsOf, lines, type Piece, type Recipe } from './recipe.ts'

export function go(recipe: Recipe): string {
  const { row, readsJson, pieces } = recipe
  const jwt = row.alg === 'jwt'
  const parts = [
    jwt ? verifyJwt(recipe) : verify(recipe),
    recipe.publicKey ? publicKey(recipe) : secretKey(recipe),
    recipe.publicKey && jwt && FITS_JWT,
    signaturesIn(recipe),
    decode(recipe),
    row.ts !== undefined && isFresh(row.ts),
    jwt && READ_PART,
    jwt && claims(recipe),
    (row.ts?.in === 'header' || pieces.some(({ is }) => is === 'id')) && SINGLE,
    (row.sig.in === 'query' || pieces.some(({ is }) => is === 'query')) && UNESCAPE,
    row.sig.in === 'query' && QUERY_VALUES,
    pieces.some(({ is }) => is === 'query') && signedQuery(recipe),
    readsJson && JSON_AT,
  ].filter((part) => part !== false)
  const code = parts.join('\n\n')
  return blocks(
    lines('// Package webhook checks the signatures of webhooks.', 'package webhook'),
    imports(code),
    `${head(recipe)}\n${code}`,
  )
}

const indent = (text: string, tabs = 1): string => text.replace(/^(?=.)/gm, '\t'.repeat(tabs))

const PACKAGES: readonly (readonly [uses: RegExp, path: string])[] = [
  [/\bbytes\./, 'bytes'],
  [/\bcrypto\.SHA/, 'crypto'],
  [/\becdsa\./, 'crypto/ecdsa'],
  [/\bed25519\./, 'crypto/ed25519'],
  [/\belliptic\./, 'crypto/elliptic'],
  [/\bhmac\./, 'crypto/hmac'],
  [/\brsa\./, 'crypto/rsa'],
  [/\bsha1\./, 'crypto/sha1'],
  [/\bsha256\./, 'crypto/sha256'],
  [/\bsha512\./, 'crypto/sha512'],
  [/\bsubtle\./, 'crypto/subtle'],
  [/\bx509\./, 'crypto/x509'],
  [/\bbase64\./, 'encoding/base64'],
  [/\bhex\./, 'encoding/hex'],
  [/\bjson\./, 'encoding/json'],
  [/\bpem\./, 'encoding/pem'],
  [/\bfmt\./, 'fmt'],
  [/\bhash\.Hash/, 'hash'],
  [/\bcrc32\./, 'hash/crc32'],
  [/\bbig\./, 'math/big'],
  [/\bhttp\./, 'net/http'],
  [/\bregexp\./, 'regexp'],
  [/\bstrconv\./, 'strconv'],
  [/\bstrings\./, 'strings'],
  [/\btime\./, 'time'],
]

/** Go refuses what is imported and not used, so what the code names is what is imported. Literals name nothing. */
function imports(code: string): string {
  const bare = code.replace(/"(?:[^"\\]|\\.)*"/g, '""')
  const used = PACKAGES.filter(([uses]) => uses.test(bare)).map(([, path]) => `\t"${path}"`)
  const normalize = /\bnorm\./.test(bare) ? ['', '\t"golang.org/x/text/unicode/norm"'] : []
  return lines('import (', ...used, ...normalize, ')')
}

function head({ title, asks, publicKey, row }: Recipe): string {
  return lines(
    `// Verify: ${title}`,
    '//',
    '// rawBody is what io.ReadAll(r.Body) gave: a body that was parsed and written again does not fit. header is r.Header; Go keeps Host',
    '// apart, in r.Host.',
    publicKey
      ? '// publicKeys holds the public key of the sender, or several.'
      : '// secrets holds the secret, or several while one is being replaced.',
    asks.url && '// url is the public URL that the sender called, to the letter and with its query.',
    asks.settings && '// settings holds the values that are looked up in it below.',
    asks.now && '// now is time.Now() but in tests.',
    row.key.normalize !== undefined && '// Needs golang.org/x/text: the standard library does not normalize Unicode.',
    '//',
    '// An error is a secret or key that cannot be read; a wrong signature is false.',
  )
}

function signature({ asks, publicKey }: Recipe): string {
  const keys = publicKey ? 'publicKeys' : 'secrets'
  const parameters = [
    'rawBody []byte',
    'header http.Header',
    `${keys} []string`,
    asks.method && 'method string',
    asks.url && 'url string',
    asks.settings && 'settings map[string]string',
    asks.now && 'now time.Time',
  ].filter((each) => each !== false)
  return lines(
    `func Verify(${parameters.join(', ')}) (bool, error) {`,
    `\tkeys, err := keysOf(${keys})`,
    '\tif err != nil {',
    '\t\treturn false, err',
    '\t}',
  )
}

const list = (items: readonly string[]): string => `[]string{${items.join(', ')}}`
const path = (keys: readonly string[]): string => list(keys.map(byteText))
const names = (all: readonly string[]): string => list(all.map(wireText))

/** Statements that fill `values`. */
function values({ row, names: all }: Recipe): string {
  const first = wireText(all[0] ?? '')
  const each = (call: (name: string) => string): string =>
    lines(
      'var values []string',
      `for _, name := range ${names(all)} {`,
      `\tvalues = append(values, ${call('name')}...)`,
      '}',
    )
  switch (row.sig.in) {
    case 'header':
      return all.length === 1 ? `values := header.Values(${first})` : each((name) => `header.Values(${name})`)
    case 'query':
      return all.length === 1 ? `values := queryValues(url, ${first})` : each((name) => `queryValues(url, ${name})`)
    case 'bodyJson':
      return lines(
        'var values []string',
        `for _, path := range [][]string{${all.map((name) => `{${name.split('.').map(byteText).join(', ')}}`).join(', ')}} {`,
        '\tif value, found := jsonAt(rawBody, path); found {',
        '\t\tvalues = append(values, value)',
        '\t}',
        '}',
      )
    case 'body':
      return 'values := []string{string(rawBody)}'
  }
}

function verify(recipe: Recipe): string {
  const { row, stampForm, needsTimestamp } = recipe
  const grouped = stampForm !== undefined
  const start = [companion(row), outsideStamp(recipe), parts(recipe), values(recipe)]
  return lines(
    signature(recipe),
    indent(lines(...start)),
    grouped
      ? lines(
          '\tfor _, value := range values {',
          '\t\ttimestamp, signatures := signaturesIn(value)',
          needsTimestamp
            ? '\t\tif timestamp == nil || !isFresh(*timestamp, now) {'
            : '\t\tif timestamp != nil && !isFresh(*timestamp, now) {',
          '\t\t\tcontinue',
          '\t\t}',
          indent(compare(recipe), 2),
          '\t}',
        )
      : lines(
          '\tvar signatures []string',
          '\tfor _, value := range values {',
          '\t\tsignatures = append(signatures, signaturesIn(value)...)',
          '\t}',
          indent(compare(recipe)),
        ),
    '\treturn false, nil',
    '}',
  )
}

const refuse = (when: string): string => lines(`if ${when} {`, '\treturn false, nil', '}')

function companion({ match }: Recipe['row']): string | false {
  if (match === undefined) return false
  return lines(
    `companion := header.Values(${wireText(match.header)})`,
    `wanted, isSet := settings[${byteText(match.extra)}]`,
    refuse('!isSet || len(companion) != 1 || companion[0] != wanted'),
  )
}

function outsideStamp({ row: { ts }, needsTimestamp, pieces }: Recipe): string | false {
  if (ts === undefined || ts.in === 'sigField') return false
  const signs = pieces.some(({ is }) => is === 'ts')
  if (ts.in === 'bodyJson')
    return lines(
      `timestamp, stamped := jsonAt(rawBody, ${path(ts.name.split('.'))})`,
      refuse(needsTimestamp ? '!stamped || !isFresh(timestamp, now)' : 'stamped && !isFresh(timestamp, now)'),
    )
  return lines(
    `timestamp, count := single(header, ${names([ts.name, ...(ts.aliases ?? [])])})`,
    refuse(
      needsTimestamp || signs
        ? 'count != 1 || !isFresh(timestamp, now)'
        : 'count > 1 || (count == 1 && !isFresh(timestamp, now))',
    ),
  )
}

function parts({ row, pieces }: Recipe): string | false {
  const found: string[] = []
  pieces.forEach((piece, at) => {
    if (piece.is === 'header')
      found.push(`part${at} := header.Values(${wireText(piece.name)})`, refuse(`len(part${at}) == 0`))
    else if (piece.is === 'json')
      found.push(`part${at}, found${at} := jsonAt(rawBody, ${path(piece.path)})`, refuse(`!found${at}`))
    else if (piece.is === 'extra')
      found.push(`part${at}, found${at} := settings[${byteText(piece.name)}]`, refuse(`!found${at}`))
  })
  if (row.id !== undefined && pieces.some(({ is }) => is === 'id'))
    found.push(`id, ids := single(header, ${names([row.id.name, ...(row.id.aliases ?? [])])})`, refuse('ids != 1'))
  return found.length > 0 && lines(...found)
}

function compare(recipe: Recipe): string {
  const { row, pieces, publicKey: isPublic } = recipe
  const token = row.alg === 'token'
  const perKey = pieces.some(({ is }) => is === 'secret')
  const grouped = recipe.stampForm !== undefined
  const bytes = pieces.map((piece, at) => pieceText(piece, at, grouped))
  const content =
    pieces.length === 1 && pieces[0]?.is === 'body'
      ? 'signed := rawBody'
      : `signed := bytes.Join([][]byte{${bytes.join(', ')}}, nil)`
  const mac =
    row.alg === 'hash-sha256'
      ? 'expected := sha256.Sum256(signed)'
      : lines(`mac := hmac.New(${hashOf(row.alg)}, key)`, 'mac.Write(signed)', 'expected := mac.Sum(nil)')
  const fit = token
    ? 'subtle.ConstantTimeCompare(decode(text), key) == 1'
    : isPublic
      ? fits(row.alg)
      : `hmac.Equal(decode(text), ${row.alg === 'hash-sha256' ? 'expected[:]' : 'expected'})`
  return lines(
    !perKey && !token && content,
    isPublic && row.alg !== 'ed25519' && `digest := ${row.alg === 'rsa-sha1' ? 'sha1.Sum' : 'sha256.Sum256'}(signed)`,
    'for _, key := range keys {',
    perKey && `\t${content}`,
    !isPublic && !token && indent(mac),
    '\tfor _, text := range signatures {',
    `\t\tif ${fit} {`,
    '\t\t\treturn true, nil',
    '\t\t}',
    '\t}',
    '}',
  )
}

function fits(alg: Recipe['row']['alg']): string {
  if (alg === 'ed25519') return 'ed25519.Verify(key, signed, decode(text))'
  if (alg === 'ecdsa-p256') return 'ecdsa.VerifyASN1(key, digest[:], decode(text))'
  return `rsa.VerifyPKCS1v15(key, crypto.${digestName(alg).toUpperCase()}, digest[:], decode(text)) == nil`
}

function hashOf(alg: Recipe['row']['alg']): string {
  return { sha1: 'sha1.New', sha256: 'sha256.New', sha384: 'sha512.New384', sha512: 'sha512.New' }[digestName(alg)]
}

function pieceText(piece: Piece, at: number, grouped: boolean): string {
  switch (piece.is) {
    case 'text':
      return `[]byte(${byteText(piece.text)})`
    case 'body':
      return 'rawBody'
    case 'ts':
      return grouped ? '[]byte(*timestamp)' : '[]byte(timestamp)'
    case 'id':
      return '[]byte(id)'
    case 'url':
      return '[]byte(url)'
    case 'method':
      return '[]byte(method)'
    case 'secret':
      return 'key'
    case 'query':
      return '[]byte(signedQuery(url))'
    case 'bodyBase64':
      return '[]byte(base64.StdEncoding.EncodeToString(rawBody))'
    case 'crc32':
      return '[]byte(strconv.FormatUint(uint64(crc32.ChecksumIEEE(rawBody)), 10))'
    case 'header':
      return `[]byte(part${at}[0])`
    case 'extra':
    case 'json':
      return `[]byte(part${at})`
  }
}

function withoutPrefix(strip: readonly string[] | undefined, bare?: string): string {
  if (!strip?.length) return '\t\ttext := each'
  return lines(
    '\t\ttext, stripped := each, false',
    `\t\tfor _, prefix := range ${list(strip.map(byteText))} {`,
    '\t\t\tif !stripped && strings.HasPrefix(each, prefix) {',
    '\t\t\t\ttext, stripped = each[len(prefix):], true',
    '\t\t\t}',
    '\t\t}',
    bare !== undefined && lines('\t\tif !stripped {', `\t\t\tkeys = append(keys, ${bare})`, '\t\t\tcontinue', '\t\t}'),
  )
}

function secretKey({ row }: Recipe): string {
  const { enc, strip, bare, normalize } = row.key
  const plain = (of: string): string =>
    normalize === undefined ? `[]byte(${of})` : `norm.${normalize}.Bytes([]byte(${of}))`
  const base64 = 'base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))'
  const decoded = { utf8: '', hex: 'hex.DecodeString(text)', base64 }[enc as 'utf8' | 'hex' | 'base64'] // of a secret; public keys are read elsewhere
  return lines(
    'func keysOf(secrets []string) ([][]byte, error) {',
    '\tvar keys [][]byte',
    '\tfor _, each := range secrets {',
    withoutPrefix(strip, strip?.length && bare === 'utf8' ? plain('each') : undefined),
    enc === 'utf8' ? `\t\tkey := ${plain('text')}` : lines(`\t\tkey, err := ${decoded}`),
    `\t\tif ${enc === 'utf8' ? '' : 'err != nil || '}len(key) == 0 {`,
    '\t\t\treturn nil, fmt.Errorf("a secret is not set or cannot be read")',
    '\t\t}',
    '\t\tkeys = append(keys, key)',
    '\t}',
    '\treturn keys, nil',
    '}',
  )
}

function publicKey({ row }: Recipe): string {
  const { enc, strip } = row.key
  const type =
    row.alg === 'ed25519'
      ? 'ed25519.PublicKey'
      : row.alg === 'ecdsa-p256'
        ? '*ecdsa.PublicKey'
        : row.alg === 'jwt'
          ? 'any'
          : '*rsa.PublicKey'
  const typed =
    row.alg === 'jwt'
      ? '\t\tkeys = append(keys, parsed)'
      : lines(
          `\t\tkey, isKind := parsed.(${type})`,
          '\t\tif !isKind {',
          '\t\t\treturn nil, fmt.Errorf("the public key is of another kind")',
          '\t\t}',
          '\t\tkeys = append(keys, key)',
        )
  const failed = lines('\t\tif err != nil {', '\t\t\treturn nil, err', '\t\t}')
  const fromDer = lines('\t\tparsed, err := x509.ParsePKIXPublicKey(der)', failed, typed)
  const bytes = enc === 'hex' ? 'hex.DecodeString(text)' : 'base64.StdEncoding.DecodeString(text)'
  const der = lines(`\t\tder, err := ${bytes}`, failed, fromDer)
  const raw =
    row.alg === 'ed25519'
      ? lines(
          `\t\tkey, err := ${enc === 'base64' ? 'base64.RawStdEncoding.DecodeString(strings.TrimRight(text, "="))' : bytes}`,
          failed,
          '\t\tif len(key) != ed25519.PublicKeySize {',
          '\t\t\treturn nil, fmt.Errorf("the public key has %d bytes, not 32", len(key))',
          '\t\t}',
          '\t\tkeys = append(keys, ed25519.PublicKey(key))',
        )
      : der
  const made: Record<string, string> = {
    pem: lines(
      '\t\tif !strings.Contains(text, "-----BEGIN") {',
      '\t\t\tdecoded, err := base64.StdEncoding.DecodeString(text)',
      '\t\t\tif err != nil {',
      '\t\t\t\treturn nil, err',
      '\t\t\t}',
      '\t\t\ttext = string(decoded)',
      '\t\t}',
      '\t\tblock, _ := pem.Decode([]byte(text))',
      '\t\tif block == nil {',
      '\t\t\treturn nil, fmt.Errorf("the public key is not PEM")',
      '\t\t}',
      '\t\tparsed, err := x509.ParsePKIXPublicKey(block.Bytes)',
      failed,
      typed,
    ),
    jwk: lines('\t\tparsed, err := keyOfJwk(text)', failed, typed),
    'spki-base64': der,
    hex: raw,
    base64: raw,
    utf8: der,
  }
  return lines(
    `func keysOf(publicKeys []string) ([]${type}, error) {`,
    `\tvar keys []${type}`,
    '\tfor _, each := range publicKeys {',
    withoutPrefix(strip),
    made[enc],
    '\t}',
    '\treturn keys, nil',
    '}',
    enc === 'jwk' && lines('', JWK),
  )
}

const JWK = `func keyOfJwk(text string) (any, error) {
	jwk := map[string]any{}
	if err := json.Unmarshal([]byte(text), &jwk); err != nil {
		return nil, err
	}
	value := func(name string) []byte {
		text, _ := jwk[name].(string)
		decoded, _ := base64.RawURLEncoding.DecodeString(text)
		return decoded
	}
	number := func(name string) *big.Int { return new(big.Int).SetBytes(value(name)) }
	switch jwk["kty"] {
	case "EC":
		return &ecdsa.PublicKey{Curve: elliptic.P256(), X: number("x"), Y: number("y")}, nil
	case "RSA":
		return &rsa.PublicKey{N: number("n"), E: int(number("e").Int64())}, nil
	case "OKP":
		return ed25519.PublicKey(value("x")), nil
	}
	return nil, fmt.Errorf("the public key is of an unknown kind")
}`

const FITS_JWT = `func fits(key any, algorithm string, signature, signed []byte) bool {
	digest := sha256.Sum256(signed)
	switch key := key.(type) {
	case *ecdsa.PublicKey:
		if algorithm != "ES256" || len(signature) != 64 {
			return false
		}
		// RFC 7518 section 3.4: the two numbers of ECDSA stand one after the other.
		r, s := new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])
		return ecdsa.Verify(key, digest[:], r, s)
	case *rsa.PublicKey:
		return algorithm == "RS256" && rsa.VerifyPKCS1v15(key, crypto.SHA256, digest[:], signature) == nil
	}
	return false
}`

function signaturesIn({ row, form, stampForm }: Recipe): string {
  const separator = row.sig.list
  const all = separator === undefined ? '[]string{value}' : `strings.Split(value, ${wireText(separator)})`
  const length = (text: string): number => Buffer.from(text, 'latin1').length
  const take = (start: string, target: string): string =>
    start === ''
      ? target.replace('$', 'element')
      : lines(
          `if strings.HasPrefix(element, ${wireText(start)}) {`,
          `\t${target.replace('$', `element[${length(start)}:]`)}`,
          '}',
        )
  return lines(
    stampForm === undefined
      ? '// All that fit the form count: while a secret is being replaced, there are two.'
      : '// The timestamp, and all signatures: while a secret is being replaced, there are two.',
    stampForm === undefined
      ? 'func signaturesIn(value string) (signatures []string) {'
      : 'func signaturesIn(value string) (timestamp *string, signatures []string) {',
    `\tfor _, element := range ${all} {`,
    separator !== undefined && '\t\telement = strings.Trim(element, " \\t")',
    stampForm !== undefined &&
      indent(
        lines(
          `if strings.HasPrefix(element, ${wireText(stampForm)}) {`,
          `\tstamp := element[${length(stampForm)}:]`,
          '\ttimestamp = &stamp',
          '}',
        ),
        2,
      ),
    indent(take(form, 'signatures = append(signatures, $)'), 2),
    '\t}',
    stampForm === undefined ? '\treturn signatures' : '\treturn timestamp, signatures',
    '}',
  )
}

function decode({ row }: Recipe): string {
  const { enc, hexCase } = row.sig
  const how = row.alg === 'jwt' ? 'base64url' : enc
  if (how === 'utf8') return 'func decode(text string) []byte { return []byte(text) }'
  const call = {
    hex: 'hex.DecodeString(text)',
    base64: 'base64.StdEncoding.DecodeString(text)',
    base64url: 'base64.RawURLEncoding.DecodeString(text)',
  }[how]
  const again = {
    hex: hexCase === 'lower' ? 'hex.EncodeToString(decoded) != text' : 'false',
    base64: 'base64.StdEncoding.EncodeToString(decoded) != text',
    base64url: 'base64.RawURLEncoding.EncodeToString(decoded) != text',
  }[how]
  return lines(
    '// Strict; what cannot be read has no bytes, and fits nothing.',
    'func decode(text string) []byte {',
    `\tdecoded, err := ${call}`,
    `\tif err != nil${again === 'false' ? '' : ` || ${again}`} {`,
    '\t\treturn nil',
    '\t}',
    '\treturn decoded',
    '}',
  )
}

function isFresh(ts: NonNullable<Recipe['row']['ts']>): string {
  const { past, future } = limitsOf(ts)
  const limits = [past !== null && `age <= ${past}`, future !== null && `age >= -${future}`].filter(
    (each) => each !== false,
  )
  const unlimited = limits.length === 0
  const age = ts.unit === 's' ? 'now.Unix() - at' : 'now.UnixMilli() - at'
  return lines(
    unlimited
      ? '// Age is not limited here: compare it with a limit of your own.'
      : `// In ${ts.unit === 's' ? 'seconds' : 'milliseconds'}.`,
    'func isFresh(timestamp string, now time.Time) bool {',
    ts.unit === 'iso'
      ? lines(
          '\tform := regexp.MustCompile(`^\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)$`)',
          '\tmoment, err := time.Parse(time.RFC3339Nano, timestamp)',
          '\tif err != nil || !form.MatchString(timestamp) {',
          '\t\treturn false',
          '\t}',
          !unlimited && '\tat := moment.UnixMilli()',
          unlimited && '\t_ = moment',
        )
      : lines(
          '\tat, err := strconv.ParseUint(timestamp, 10, 64)',
          '\tif err != nil || len(timestamp) > 15 {',
          '\t\treturn false',
          '\t}',
          unlimited && '\t_ = at',
        ),
    !unlimited && `\tage := ${ts.unit === 'iso' ? age : age.replace('at', 'int64(at)')}`,
    `\treturn ${unlimited ? 'true' : limits.join(' && ')}`,
    '}',
  )
}

function verifyJwt(recipe: Recipe): string {
  const { row, publicKey: isPublic } = recipe
  const algorithms = row.algs ?? []
  const hashes: Record<string, string> = { HS256: 'sha256.New', HS384: 'sha512.New384', HS512: 'sha512.New' }
  return lines(
    isPublic
      ? `func algorithmIsFine(name string) bool { return ${algorithms.map((alg) => `name == "${alg}"`).join(' || ')} }`
      : lines(
          'var algorithms = map[string]func() hash.Hash{',
          ...algorithms.map((alg) => `\t"${alg}": ${hashes[alg]},`),
          '}',
        ),
    '',
    signature(recipe),
    indent(lines(companion(row), values(recipe))),
    '\tfor _, value := range values {',
    '\t\tfor _, token := range signaturesIn(value) {',
    '\t\t\tparts := strings.Split(token, ".")',
    '\t\t\tif len(parts) != 3 {',
    '\t\t\t\tcontinue',
    '\t\t\t}',
    '\t\t\thead, claims, signature := readPart(parts[0]), readPart(parts[1]), decode(parts[2])',
    '\t\t\tif head == nil || claims == nil || head["crit"] != nil {',
    '\t\t\t\tcontinue',
    '\t\t\t}',
    '\t\t\t// Only these: a token must not choose how it is checked.',
    '\t\t\talgorithm, _ := head["alg"].(string)',
    isPublic
      ? '\t\t\tif !algorithmIsFine(algorithm) {'
      : lines('\t\t\tnewHash, isFine := algorithms[algorithm]', '\t\t\tif !isFine {'),
    '\t\t\t\tcontinue',
    '\t\t\t}',
    '\t\t\tsigned := []byte(parts[0] + "." + parts[1])',
    '\t\t\tfor _, key := range keys {',
    isPublic
      ? '\t\t\t\tfitting := fits(key, algorithm, signature, signed)'
      : lines(
          '\t\t\t\tmac := hmac.New(newHash, key)',
          '\t\t\t\tmac.Write(signed)',
          '\t\t\t\tfitting := hmac.Equal(mac.Sum(nil), signature)',
        ),
    `\t\t\t\tif fitting && holds(claims${claimArguments(recipe)}) {`,
    '\t\t\t\t\treturn true, nil',
    '\t\t\t\t}',
    '\t\t\t}',
    '\t\t}',
    '\t}',
    '\treturn false, nil',
    '}',
  )
}

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
  const parameters = claimArguments(recipe)
    .replace('rawBody', 'rawBody []byte')
    .replace('url', 'url string')
    .replace('settings', 'settings map[string]string')
    .replace('now', 'now time.Time')
  const not = (when: string): string => indent(lines(`if ${when} {`, '\treturn false', '}'))
  const needed = [requireExp && 'exp', maxAge !== undefined && 'iat', ...required].filter(
    (each) => typeof each === 'string',
  )
  const digest = (name: string, of: string): string => {
    const check = lines(
      `said, _ := claims[${byteText(name)}].(string)`,
      `digest := sha256.Sum256(${of})`,
      'if !strings.EqualFold(said, hex.EncodeToString(digest[:])) {',
      '\treturn false',
      '}',
    )
    return lines('\t{', indent(check, 2), '\t}')
  }
  return lines(
    '// What the token says of itself and of this request.',
    `func holds(claims map[string]any${parameters}) bool {`,
    needed.length > 0 &&
      indent(
        lines(
          `for _, name := range ${list(needed.map(byteText))} {`,
          '\tif _, isThere := claims[name]; !isThere {',
          '\t\treturn false',
          '\t}',
          '}',
        ),
      ),
    '\ttimes := map[string]float64{}',
    '\tfor _, name := range []string{"exp", "nbf", "iat"} {',
    '\t\tif value, isThere := claims[name]; isThere {',
    '\t\t\tseconds, isNumber := value.(float64)',
    '\t\t\tif !isNumber {',
    '\t\t\t\treturn false',
    '\t\t\t}',
    '\t\t\ttimes[name] = seconds',
    '\t\t}',
    '\t}',
    '\tseconds := float64(now.Unix())',
    not(`exp, isThere := times["exp"]; isThere && exp <= seconds-${skew}`),
    not(`nbf, isThere := times["nbf"]; isThere && nbf > seconds+${skew}`),
    maxAge !== undefined && not(`seconds-times["iat"] > ${maxAge + skew}`),
    not(`iat, isThere := times["iat"]; isThere && iat > seconds+${maxAge === undefined ? Math.max(skew, 300) : skew}`),
    iss !== undefined && not(`claims["iss"] != ${byteText(iss)}`),
    aud !== undefined &&
      indent(
        lines(
          `wanted, isSet := settings[${byteText(aud)}]`,
          'audience, isList := claims["aud"].([]any)',
          'if !isList {',
          '\taudience = []any{claims["aud"]}',
          '}',
          'isMeant := false',
          'for _, each := range audience {',
          '\tisMeant = isMeant || each == wanted',
          '}',
          'if !isSet || !isMeant {',
          '\treturn false',
          '}',
        ),
      ),
    bodySha256Hex !== undefined &&
      (bodyOptional === true
        ? lines(
            `\tif _, isThere := claims[${byteText(bodySha256Hex)}]; isThere || len(rawBody) > 0 {`,
            indent(digest(bodySha256Hex, 'rawBody')),
            '\t}',
          )
        : digest(bodySha256Hex, 'rawBody')),
    urlSha256Hex !== undefined && digest(urlSha256Hex, '[]byte(url)'),
    '\treturn true',
    '}',
  )
}

const READ_PART = `func readPart(text string) map[string]any {
	var value map[string]any
	if json.Unmarshal(decode(text), &value) != nil {
		return nil
	}
	return value
}`

const SINGLE = `// The value of a header that comes once, and how many different values came.
func single(header http.Header, names []string) (string, int) {
	for _, name := range names {
		values := header.Values(name)
		for _, value := range values {
			if value != values[0] {
				return "", len(values)
			}
		}
		if len(values) > 0 {
			return values[0], 1
		}
	}
	return "", 0
}`

const UNESCAPE = `var escape = regexp.MustCompile("%[0-9A-Fa-f]{2}")

// Percent escapes are decoded, + stays +: in a signature it is a base64 digit.
func unescape(text string) string {
	return escape.ReplaceAllStringFunc(text, func(found string) string {
		value, _ := strconv.ParseUint(found[1:], 16, 8)
		return string([]byte{byte(value)})
	})
}

func queryOf(url string) string {
	url, _, _ = strings.Cut(url, "#")
	_, query, _ := strings.Cut(url, "?")
	return query
}`

const QUERY_VALUES = `func queryValues(url, name string) (values []string) {
	for _, pair := range strings.Split(queryOf(url), "&") {
		key, value, _ := strings.Cut(pair, "=")
		if unescape(key) == name {
			values = append(values, unescape(value))
		}
	}
	return values
}`

function signedQuery({ row, names: all }: Recipe): string {
  const own = row.sig.in === 'query' ? all[0] : undefined
  if (own === undefined)
    return lines('// The query as it came.', 'func signedQuery(url string) string {', '\treturn queryOf(url)', '}')
  return lines(
    '// The query as it came, without the signature, which cannot cover itself.',
    'func signedQuery(url string) string {',
    '\tvar pairs []string',
    '\tfor _, pair := range strings.Split(queryOf(url), "&") {',
    `\t\tif name, _, _ := strings.Cut(pair, "="); unescape(name) != ${wireText(own)} {`,
    '\t\t\tpairs = append(pairs, pair)',
    '\t\t}',
    '\t}',
    '\treturn strings.Join(pairs, "&")',
    '}',
  )
}

const JSON_AT = `// A text, number or boolean inside the JSON body, and whether there is one.
func jsonAt(rawBody []byte, path []string) (string, bool) {
	var value any
	if json.Unmarshal(rawBody, &value) != nil {
		return "", false
	}
	for _, key := range path {
		switch at := value.(type) {
		case map[string]any:
			next, found := at[key]
			if !found {
				return "", false
			}
			value = next
		case []any:
			index, err := strconv.Atoi(key)
			if err != nil || index < 0 || index >= len(at) {
				return "", false
			}
			value = at[index]
		default:
			return "", false
		}
	}
	switch value := value.(type) {
	case string:
		return value, true
	case bool:
		return strconv.FormatBool(value), true
	case float64:
		return strconv.FormatFloat(value, 'f', -1, 64), true
	}
	return "", false
}`
