/** How verifying code for Python reads values out of a request: headers, query, JSON, encodings and times. */
import { pythonText } from '../literals.ts'
import { acceptsUnread, limitsOf, lines, type Recipe } from '../recipe.ts'

export function signaturesIn({ row, form, stampForm }: Recipe): string {
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

export const TO_BYTES = lines(
  'def to_bytes(text):',
  '    """Header values have one character a byte."""',
  '    return text.encode("latin-1", "replace")',
)

export function decode({ row }: Recipe): string {
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

export function isFresh(ts: NonNullable<Recipe['row']['ts']>): string {
  const { past, future } = limitsOf(ts)
  const unread = acceptsUnread(ts) ? 'True  # it is signed, and only its age is not known' : 'False'
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
      `        return ${unread}`,
      '    milliseconds = (match[2] or ".")[:4].ljust(4, "0")',
      '    zone = "+00:00" if match[3] == "Z" else match[3]',
      '    try:',
      '        moment = datetime.fromisoformat(match[1] + milliseconds + zone)',
      '    except ValueError:',
      `        return ${unread}`,
      '    age = round(now * 1000) - round(moment.timestamp() * 1000)  # in milliseconds',
      `    return ${limits}`,
    )
  return lines(
    'def is_fresh(timestamp, now):',
    '    if not re.fullmatch("0|[1-9][0-9]{0,14}", timestamp):',
    `        return ${unread}`,
    ts.unit === 's'
      ? '    age = int(now) - int(timestamp)  # in seconds'
      : '    age = round(now * 1000) - int(timestamp)  # in milliseconds',
    `    return ${limits}`,
  )
}

export const VALUES_OF = `def values_of(headers, name):
    pairs = headers.items() if hasattr(headers, "items") else headers
    found = [value for key, value in pairs if key.lower() == name]
    return [each for value in found for each in ([value] if isinstance(value, str) else value)]`

export const SINGLE = `def single(headers, names):
    """The value of a header that comes once: None where there is none, False where there are several."""
    values = next((found for found in (values_of(headers, name) for name in names) if found), [None])
    return values[0] if all(value == values[0] for value in values) else False`

export const QUERY_VALUES = `def query_values(url, name):
    """Percent escapes are decoded, + stays +: in a signature it is a base64 digit."""
    query = url.split("#", 1)[0].partition("?")[2]
    pairs = [pair.partition("=") for pair in query.split("&")]
    text = lambda escaped: unquote_to_bytes(escaped).decode("latin-1")
    return [text(value) for key, _, value in pairs if text(key) == name]`

export function signedQuery({ row, names: all }: Recipe): string {
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

export const JSON_AT = `def json_at(raw_body, path):
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
