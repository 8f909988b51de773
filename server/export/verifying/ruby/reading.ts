/** How verifying code for Ruby reads values out of a request: headers, query, JSON, encodings and times. */
import { acceptsUnread, limitsOf, lines, type Recipe } from '../recipe.ts'
import { wire } from './call.ts'

export function signaturesIn({ row, form, stampForm }: Recipe): string {
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

export function decode({ row }: Recipe): string {
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

export function isFresh(ts: NonNullable<Recipe['row']['ts']>): string {
  const { past, future } = limitsOf(ts)
  const unread = String(acceptsUnread(ts))
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
      `  return ${unread} if match.nil?`,
      '',
      '  moment = Time.iso8601("#{match[1]}#{match[2].to_s[0, 4]}#{match[3]}")',
      '  age = ((now.to_r - moment.to_r) * 1000).round # in milliseconds',
      `  ${limits}`,
      'rescue ArgumentError',
      `  ${unread}`,
      'end',
    )
  return lines(
    'def fresh?(timestamp, now)',
    `  return ${unread} unless timestamp.match?(/\\A(0|[1-9][0-9]{0,14})\\z/)`,
    '',
    ts.unit === 's'
      ? '  age = now.to_i - timestamp.to_i # in seconds'
      : '  age = (now.to_r * 1000).round - timestamp.to_i # in milliseconds',
    `  ${limits}`,
    'end',
  )
}

export const VALUES_OF = `# All values of a header, as bytes.
def values_of(headers, name)
  headers.select { |key, _| key.b.downcase == name }.flat_map { |_, value| Array(value).map(&:b) }
end`

export const SINGLE = `# The value of a header that comes once: nil where there is none, false where there are several.
def single(headers, names)
  values = names.map { |name| values_of(headers, name).uniq }.find(&:any?)
  return nil if values.nil?

  values.one? ? values.first : false
end`

export const UNESCAPE = `# Percent escapes are decoded, + stays +: in a signature it is a base64 digit.
def unescape(text)
  text.b.gsub(/%(\\h\\h)/) { $1.hex.chr }
end`

export const QUERY_VALUES = `def query_values(url, name)
  pairs = url.b.split('#', 2).first.split('?', 2)[1].to_s.split('&').map { |pair| pair.split('=', 2) }
  pairs.filter_map { |key, value| unescape(value.to_s) if unescape(key.to_s) == name }
end`

export function signedQuery({ row, names: all }: Recipe): string {
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

export const JSON_AT = `# A text, number or boolean inside the JSON body, as bytes; nil where there is none.
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
