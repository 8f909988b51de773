/** How verifying code for Go reads values out of a request: headers, query, JSON, encodings and times. */
import { wireText } from '../literals.ts'
import { acceptsUnread, limitsOf, lines, type Recipe } from '../recipe.ts'
import { indent } from './call.ts'

export function signaturesIn({ row, form, stampForm }: Recipe): string {
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

export function decode({ row }: Recipe): string {
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

export function isFresh(ts: NonNullable<Recipe['row']['ts']>): string {
  const { past, future } = limitsOf(ts)
  const unread = String(acceptsUnread(ts))
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
          `\t\treturn ${unread}`,
          '\t}',
          !unlimited && '\tat := moment.UnixMilli()',
          unlimited && '\t_ = moment',
        )
      : lines(
          '\tat, err := strconv.ParseUint(timestamp, 10, 64)',
          '\tif err != nil || len(timestamp) > 15 || strconv.FormatUint(at, 10) != timestamp {',
          `\t\treturn ${unread}`,
          '\t}',
          unlimited && '\t_ = at',
        ),
    !unlimited && `\tage := ${ts.unit === 'iso' ? age : age.replace('at', 'int64(at)')}`,
    `\treturn ${unlimited ? 'true' : limits.join(' && ')}`,
    '}',
  )
}

export const SINGLE = `// The value of a header that comes once, and how many different values came.
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

export const UNESCAPE = `var escape = regexp.MustCompile("%[0-9A-Fa-f]{2}")

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

export const QUERY_VALUES = `func queryValues(url, name string) (values []string) {
	for _, pair := range strings.Split(queryOf(url), "&") {
		key, value, _ := strings.Cut(pair, "=")
		if unescape(key) == name {
			values = append(values, unescape(value))
		}
	}
	return values
}`

export function signedQuery({ row, names: all }: Recipe): string {
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

export const JSON_AT = `// A text, number or boolean inside the JSON body, and whether there is one.
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
