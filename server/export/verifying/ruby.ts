/** Verifying code for Ruby 3.0 and later, with nothing but what comes with it. */
import { byteText, wireText } from './literals.ts'
import { blocks, digestName, indent, limitsOf, lines, type Piece, type Recipe } from './recipe.ts'

export function ruby(recipe: Recipe): string {
  const { row, readsJson, pieces } = recipe
  const jwt = row.alg === 'jwt'
  const members = [
    jwt ? verifyJwt(recipe) : verify(recipe),
    recipe.publicKey ? publicKey(recipe) : secretKey(recipe),
    recipe.publicKey && fits(recipe),
    signaturesIn(recipe),
    decode(recipe),
    row.ts !== undefined && isFresh(row.ts),
    jwt && READ_PART,
    jwt && claims(recipe),
    usesHeaders(recipe) && VALUES_OF,
    (row.ts?.in === 'header' || pieces.some(({ is }) => is === 'id')) && SINGLE,
    (row.sig.in === 'query' || pieces.some(({ is }) => is === 'query')) && UNESCAPE,
    row.sig.in === 'query' && QUERY_VALUES,
    pieces.some(({ is }) => is === 'query') && signedQuery(recipe),
    readsJson && JSON_AT,
  ].filter((part) => part !== false)
  return blocks(
    head(recipe),
    lines(
      "require 'openssl'",
      (readsJson || jwt || row.key.enc === 'jwk') && "require 'json'",
      row.ts?.unit === 'iso' && "require 'time'",
      pieces.some(({ is }) => is === 'crc32') && "require 'zlib'",
    ),
    lines('module WebhookSignature', '  module_function', '', indent(members.join('\n\n'), 2), 'end'),
  )
}

const usesHeaders = ({ row, pieces }: Recipe): boolean =>
  row.sig.in === 'header' ||
  row.ts?.in === 'header' ||
  row.match !== undefined ||
  pieces.some(({ is }) => is === 'header' || is === 'id')

function head({ title, asks, publicKey }: Recipe): string {
  return lines(
    `# ${title}`,
    '#',
    '# raw_body     the bytes as they came: request.body.read in Sinatra, request.raw_post in Rails.',
    '#              A body that was parsed and written again does not fit.',
    '# headers      a hash of names and values; from Rack:',
    "#              env.filter_map { |k, v| [k.delete_prefix('HTTP_').tr('_', '-'), v] if k.start_with?('HTTP_') }.to_h",
    publicKey
      ? '# public_keys  the public key of the sender, or a list of them'
      : '# secrets      the secret, or a list of them while one is being replaced',
    asks.method && '# method       of the request, such as POST',
    asks.url && '# url          the public URL that the sender called, to the letter and with its query',
    asks.settings && '# settings     a hash of the values that are looked up in it below, by name',
    asks.now && '# now          only tests need to give it',
  )
}

function signature({ asks, publicKey }: Recipe): string {
  const keys = publicKey ? 'public_keys' : 'secrets'
  const parameters = [
    'raw_body',
    'headers',
    keys,
    asks.method && 'method:',
    asks.url && 'url:',
    asks.settings && 'settings:',
    asks.now && 'now: Time.now',
  ].filter((each) => each !== false)
  return lines(`def verify(${parameters.join(', ')})`, `  keys = Array(${keys}).map { |each| key_of(each) }`)
}

const array = (items: readonly string[]): string => `[${items.join(', ')}]`
/** Text in UTF-8, as JSON gives it. */
const path = (keys: readonly string[]): string => array(keys.map(byteText))
/** Text as bytes, as headers hold it. */
const wire = (text: string): string => `${wireText(text)}.b`
const names = (all: readonly string[]): string => array(all.map((name) => wire(name.toLowerCase())))

function values({ row, names: all }: Recipe): string {
  const each = (call: (name: string) => string): string =>
    all.length === 1 ? call(wire(all[0] ?? '')) : `${array(all.map(wire))}.flat_map { |name| ${call('name')} }`
  switch (row.sig.in) {
    case 'header':
      return each((name) => `values_of(headers, ${name})`)
    case 'query':
      return each((name) => `query_values(url, ${name})`)
    case 'bodyJson':
      return `${array(all.map((name) => `json_at(raw_body, ${path(name.split('.'))})`))}.compact`
    case 'body':
      return '[raw_body.b]'
  }
}

function verify(recipe: Recipe): string {
  const { row, stampForm, needsTimestamp } = recipe
  if (stampForm === undefined)
    return lines(
      signature(recipe),
      indent(lines(companion(row), outsideStamp(recipe), parts(recipe)), 2) || false,
      `  signatures = ${values(recipe)}.flat_map { |value| signatures_in(value) }`,
      indent(compare(recipe), 2),
      'end',
    )
  return lines(
    signature(recipe),
    indent(lines(companion(row), parts(recipe)), 2) || false,
    `  ${values(recipe)}.any? do |value|`,
    '    timestamp, signatures = signatures_in(value)',
    needsTimestamp
      ? '    next false unless timestamp && fresh?(timestamp, now)'
      : '    next false unless timestamp.nil? || fresh?(timestamp, now)',
    indent(compare(recipe), 4),
    '  end',
    'end',
  )
}

function companion({ match }: Recipe['row']): string | false {
  if (match === undefined) return false
  return `return false if values_of(headers, ${wire(match.header.toLowerCase())}) != [settings[${byteText(match.extra)}].b]`
}

function outsideStamp({ row: { ts }, needsTimestamp }: Recipe): string | false {
  if (ts === undefined || ts.in === 'sigField') return false
  const read =
    ts.in === 'bodyJson'
      ? `json_at(raw_body, ${path(ts.name.split('.'))})`
      : `single(headers, ${names([ts.name, ...(ts.aliases ?? [])])})`
  const good = needsTimestamp
    ? 'timestamp && fresh?(timestamp, now)'
    : 'timestamp.nil? || (timestamp && fresh?(timestamp, now))'
  return lines(`timestamp = ${read}`, `return false unless ${good}`, '')
}

function parts({ row, pieces }: Recipe): string | false {
  const found: string[] = []
  const give = (name: string, value: string): void =>
    void found.push(`${name} = ${value}`, `return false unless ${name}`)
  pieces.forEach((piece, at) => {
    if (piece.is === 'header') give(`part${at}`, `values_of(headers, ${wire(piece.name)}).first`)
    else if (piece.is === 'json') give(`part${at}`, `json_at(raw_body, ${path(piece.path)})`)
    else if (piece.is === 'extra') give(`part${at}`, `settings[${byteText(piece.name)}]&.b`)
  })
  if (row.id !== undefined && pieces.some(({ is }) => is === 'id'))
    give('id', `single(headers, ${names([row.id.name, ...(row.id.aliases ?? [])])})`)
  return found.length > 0 && lines(...found)
}

function compare(recipe: Recipe): string {
  const { row, pieces, publicKey: isPublic } = recipe
  if (row.alg === 'token')
    return 'keys.any? { |key| signatures.any? { |text| OpenSSL.secure_compare(decode(text), key) } }'
  const perKey = pieces.some(({ is }) => is === 'secret')
  const content = `signed = ${pieces.map(pieceText).join(' + ')}`
  const mac =
    row.alg === 'hash-sha256'
      ? "OpenSSL::Digest.digest('SHA256', signed)"
      : `OpenSSL::HMAC.digest('${digestName(row.alg).toUpperCase()}', key, signed)`
  return lines(
    !perKey && content,
    'keys.any? do |key|',
    perKey && `  ${content}`,
    !isPublic && `  expected = ${mac}`,
    isPublic
      ? '  signatures.any? { |text| fits?(key, decode(text), signed) }'
      : '  signatures.any? { |text| OpenSSL.secure_compare(decode(text), expected) }',
    'end',
  )
}

function pieceText(piece: Piece, at: number): string {
  switch (piece.is) {
    case 'text':
      return `${byteText(piece.text)}.b`
    case 'body':
      return 'raw_body.b'
    case 'ts':
      return 'timestamp'
    case 'id':
      return 'id'
    case 'url':
      return 'url.b'
    case 'method':
      return 'method.b'
    case 'secret':
      return 'key'
    case 'query':
      return 'signed_query(url)'
    case 'bodyBase64':
      return "[raw_body].pack('m0')"
    case 'crc32':
      return 'Zlib.crc32(raw_body).to_s'
    case 'extra':
    case 'header':
    case 'json':
      return `part${at}`
  }
}

function withoutPrefix(strip: readonly string[] | undefined, of: string): string {
  if (!strip?.length) return `  text = ${of}`
  return lines(
    `  prefix = ${array(strip.map(byteText))}.find { |each| ${of}.start_with?(each) }`,
    `  text = ${of}.delete_prefix(prefix.to_s)`,
  )
}

function secretKey({ row }: Recipe): string {
  const { enc, strip, bare, normalize } = row.key
  const decoded: Record<string, string> = {
    utf8: normalize === undefined ? 'text.b' : `text.unicode_normalize(:${normalize.toLowerCase()}).b`,
    base64: "text.unpack1('m')",
    hex: "[text].pack('H*')",
  }
  if (enc === 'utf8' && !strip?.length && normalize === undefined)
    return lines(
      'def key_of(secret)',
      "  raise ArgumentError, 'The secret is not set.' if secret.nil? || secret.empty?",
      '',
      '  secret.b',
      'end',
    )
  return lines(
    'def key_of(secret)',
    "  raise ArgumentError, 'The secret is not set.' if secret.nil? || secret.empty?",
    '',
    withoutPrefix(strip, 'secret'),
    strip?.length ? bare !== undefined && `  return ${decoded[bare]} if prefix.nil?` : false,
    `  key = ${decoded[enc]}`,
    "  raise ArgumentError, 'The secret cannot be read.' if key.empty?",
    '',
    '  key',
    'end',
  )
}

function publicKey({ row }: Recipe): string {
  const { enc, strip } = row.key
  const raw = (bytes: string): string =>
    row.alg === 'ed25519'
      ? `  OpenSSL::PKey.read(['302a300506032b6570032100'].pack('H*') + ${bytes})`
      : `  OpenSSL::PKey.read(${bytes})`
  const made: Record<string, string> = {
    pem: "  OpenSSL::PKey.read(text.include?('-----BEGIN') ? text : text.unpack1('m'))",
    'spki-base64': "  OpenSSL::PKey.read(text.unpack1('m'))",
    hex: raw("[text].pack('H*')"),
    base64: raw("text.unpack1('m')"),
    jwk: jwk(row.alg === 'ed25519'),
    utf8: '  OpenSSL::PKey.read(text)',
  }
  return lines('def key_of(public_key)', withoutPrefix(strip, 'public_key'), made[enc], 'end')
}

function jwk(ed25519: boolean): string {
  const start = lines('  jwk = JSON.parse(text)', "  bytes = ->(name) { jwk[name].tr('-_', '+/').unpack1('m') }")
  if (ed25519) return lines(start, "  OpenSSL::PKey.read(['302a300506032b6570032100'].pack('H*') + bytes['x'])")
  return lines(
    start,
    "  if jwk['kty'] == 'EC'",
    "    head = ['3059301306072a8648ce3d020106082a8648ce3d03010703420004'].pack('H*')",
    "    return OpenSSL::PKey.read(head + bytes['x'] + bytes['y'])",
    '  end',
    '',
    '  numbers = %w[n e].map { |name| OpenSSL::ASN1::Integer(OpenSSL::BN.new(bytes[name], 2)) }',
    "  algorithm = OpenSSL::ASN1::Sequence([OpenSSL::ASN1::ObjectId('rsaEncryption'), OpenSSL::ASN1::Null(nil)])",
    '  key = OpenSSL::ASN1::BitString(OpenSSL::ASN1::Sequence(numbers).to_der)',
    '  OpenSSL::PKey.read(OpenSSL::ASN1::Sequence([algorithm, key]).to_der)',
  )
}

function fits({ row }: Recipe): string {
  if (row.alg !== 'jwt')
    return lines(
      'def fits?(key, signature, signed)',
      `  key.verify(${row.alg === 'ed25519' ? 'nil' : `'${digestName(row.alg).toUpperCase()}'`}, signature, signed)`,
      'rescue OpenSSL::PKey::PKeyError',
      '  false',
      'end',
    )
  return lines(
    'def fits?(key, algorithm, signature, signed)',
    "  return false if key.oid != (algorithm == 'ES256' ? 'id-ecPublicKey' : 'rsaEncryption')",
    '',
    "  if algorithm == 'ES256'",
    '    return false if signature.bytesize != 64',
    '',
    '    # RFC 7518 section 3.4: the two numbers of ECDSA stand one after the other. OpenSSL wants them in DER.',
    '    numbers = [signature[0, 32], signature[32, 32]].map { |half| OpenSSL::ASN1::Integer(OpenSSL::BN.new(half, 2)) }',
    '    signature = OpenSSL::ASN1::Sequence(numbers).to_der',
    '  end',
    "  key.verify('SHA256', signature, signed)",
    'rescue OpenSSL::PKey::PKeyError',
    '  false',
    'end',
  )
}

function signaturesIn({ row, form, stampForm }: Recipe): string {
  const { list } = row.sig
  const all =
    list === undefined
      ? '[value]'
      : `value.split(${wire(list)}, -1).map { |part| part.gsub(/\\A[ \\t]+|[ \\t]+\\z/, '') }`
  const taken = (start: string): string =>
    `elements.filter_map { |each| each.delete_prefix(${wire(start)}) if each.start_with?(${wire(start)}) }`
  if (stampForm === undefined)
    return lines(
      '# All that fit the form count: while a secret is being replaced, there are two.',
      'def signatures_in(value)',
      form === '' ? `  ${all}` : lines(`  elements = ${all}`, `  ${taken(form)}`),
      'end',
    )
  return lines(
    '# The timestamp, and all signatures: while a secret is being replaced, there are two.',
    'def signatures_in(value)',
    `  elements = ${all}`,
    `  [${taken(stampForm)}.last, ${form === '' ? 'elements' : taken(form)}]`,
    'end',
  )
}

function decode({ row }: Recipe): string {
  const { enc, hexCase } = row.sig
  const body = {
    hex: `  text.match?(/\\A(?:[0-9a-f]{2})+\\z/${hexCase === 'lower' ? '' : 'i'}) ? [text].pack('H*') : ''.b`,
    base64: lines("  decoded = text.unpack1('m')", "  [decoded].pack('m0') == text ? decoded : ''.b"),
    base64url: lines(
      "  decoded = text.tr('-_', '+/').unpack1('m')",
      "  [decoded].pack('m0').tr('+/', '-_').delete('=') == text ? decoded : ''.b",
    ),
    utf8: '  text',
  }[row.alg === 'jwt' ? 'base64url' : enc]
  return lines('# Strict; what cannot be read has no bytes, and fits nothing.', 'def decode(text)', body, 'end')
}

function isFresh(ts: NonNullable<Recipe['row']['ts']>): string {
  const { past, future } = limitsOf(ts)
  const limits =
    past !== null && future !== null
      ? `age.between?(-${future}, ${past})`
      : past !== null
        ? `age <= ${past}`
        : future !== null
          ? `age >= -${future}`
          : 'true # age is not limited here: compare it with a limit of your own'
  if (ts.unit === 'iso')
    return lines(
      'def fresh?(timestamp, now)',
      '  match = timestamp.match(/\\A(\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d)(\\.\\d{1,9})?(Z|[+-]\\d\\d:\\d\\d)\\z/)',
      '  return false if match.nil?',
      '',
      '  moment = Time.iso8601("#{match[1]}#{match[2].to_s[0, 4]}#{match[3]}")',
      '  age = ((now.to_r - moment.to_r) * 1000).round # in milliseconds',
      `  ${limits}`,
      'rescue ArgumentError',
      '  false',
      'end',
    )
  return lines(
    'def fresh?(timestamp, now)',
    '  return false unless timestamp.match?(/\\A[0-9]{1,15}\\z/)',
    '',
    ts.unit === 's'
      ? '  age = now.to_i - timestamp.to_i # in seconds'
      : '  age = (now.to_r * 1000).round - timestamp.to_i # in milliseconds',
    `  ${limits}`,
    'end',
  )
}

function verifyJwt(recipe: Recipe): string {
  const { row, publicKey: isPublic } = recipe
  const check = isPublic
    ? "fits?(key, header['alg'], signature, signed)"
    : "OpenSSL.secure_compare(OpenSSL::HMAC.digest(header['alg'].sub('HS', 'SHA'), key, signed), signature)"
  return lines(
    '# Only these: a token must not choose how it is checked.',
    `ALGORITHMS = ${array((row.algs ?? []).map(byteText))}.freeze`,
    '',
    signature(recipe),
    companion(row) && indent(companion(row) || '', 2),
    `  ${values(recipe)}.flat_map { |value| signatures_in(value) }.any? do |token|`,
    "    first, second, third = parts = token.split('.', -1)",
    '    next false if parts.size != 3',
    '',
    '    header, claims, signature = read_part(first), read_part(second), decode(third)',
    "    next false if header.nil? || claims.nil? || header.key?('crit') || !ALGORITHMS.include?(header['alg'])",
    '',
    '    signed = "#{first}.#{second}"',
    `    keys.any? { |key| ${check} } && holds?(claims${claimArguments(recipe)})`,
    '  end',
    'end',
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
  const not = (when: string): string => `  return false if ${when}`
  const needed = [requireExp && 'exp', maxAge !== undefined && 'iat', ...required].filter(
    (each) => typeof each === 'string',
  )
  const digest = (name: string, of: string): string =>
    `claims[${byteText(name)}].to_s.downcase != OpenSSL::Digest.hexdigest('SHA256', ${of})`
  return lines(
    '# What the token says of itself and of this request.',
    `def holds?(claims${claimArguments(recipe)})`,
    needed.length > 0 && `  return false unless ${array(needed.map(byteText))}.all? { |name| claims.key?(name) }`,
    '  times = %w[exp nbf iat].filter_map { |name| claims[name] if claims.key?(name) }',
    '  return false unless times.all?(Numeric) && times.size == %w[exp nbf iat].count { |name| claims.key?(name) }',
    '',
    '  seconds = now.to_i',
    not(`claims['exp'] && claims['exp'] <= seconds - ${skew}`),
    not(`claims['nbf'] && claims['nbf'] > seconds + ${skew}`),
    maxAge !== undefined && not(`seconds - claims['iat'] > ${maxAge + skew}`),
    not(`claims['iat'] && claims['iat'] > seconds + ${maxAge === undefined ? Math.max(skew, 300) : skew}`),
    iss !== undefined && not(`claims['iss'] != ${byteText(iss)}`),
    aud !== undefined && `  return false unless Array(claims['aud']).include?(settings[${byteText(aud)}])`,
    bodySha256Hex !== undefined &&
      not(
        bodyOptional === true
          ? `!(raw_body.empty? && !claims.key?(${byteText(bodySha256Hex)})) && ${digest(bodySha256Hex, 'raw_body')}`
          : digest(bodySha256Hex, 'raw_body'),
      ),
    urlSha256Hex !== undefined && not(digest(urlSha256Hex, 'url')),
    '  true',
    'end',
  )
}

const READ_PART = `def read_part(text)
  value = JSON.parse(decode(text).force_encoding('UTF-8'))
  value if value.is_a?(Hash)
rescue JSON::ParserError
  nil
end`

const VALUES_OF = `# All values of a header, as bytes.
def values_of(headers, name)
  headers.select { |key, _| key.b.downcase == name }.flat_map { |_, value| Array(value).map(&:b) }
end`

const SINGLE = `# The value of a header that comes once: nil where there is none, false where there are several.
def single(headers, names)
  values = names.map { |name| values_of(headers, name).uniq }.find(&:any?)
  return nil if values.nil?

  values.one? ? values.first : false
end`

const UNESCAPE = `# Percent escapes are decoded, + stays +: in a signature it is a base64 digit.
def unescape(text)
  text.b.gsub(/%(\\h\\h)/) { $1.hex.chr }
end`

const QUERY_VALUES = `def query_values(url, name)
  pairs = url.b.split('#', 2).first.split('?', 2)[1].to_s.split('&').map { |pair| pair.split('=', 2) }
  pairs.filter_map { |key, value| unescape(value.to_s) if unescape(key.to_s) == name }
end`

function signedQuery({ row, names: all }: Recipe): string {
  const own = row.sig.in === 'query' ? all[0] : undefined
  return lines(
    own === undefined
      ? '# The query as it came.'
      : '# The query as it came, without the signature, which cannot cover itself.',
    'def signed_query(url)',
    "  query = url.b.split('#', 2).first.split('?', 2)[1].to_s",
    own === undefined
      ? '  query'
      : `  query.split('&', -1).reject { |pair| unescape(pair.split('=', 2).first.to_s) == ${wire(own)} }.join('&')`,
    'end',
  )
}

const JSON_AT = `# A text, number or boolean inside the JSON body, as bytes; nil where there is none.
def json_at(raw_body, path)
  value = JSON.parse(raw_body.dup.force_encoding('UTF-8').scrub)
  path.each do |key|
    if value.is_a?(Array) && key.match?(/\\A(0|[1-9]\\d*)\\z/) && key.to_i < value.size
      value = value[key.to_i]
    elsif value.is_a?(Hash) && value.key?(key)
      value = value[key]
    else
      return nil
    end
  end
  case value
  when String then value.b
  when Integer, true, false then value.to_s.b
  when Float then value.to_s.delete_suffix('.0').b
  end
rescue JSON::ParserError
  nil
end`
