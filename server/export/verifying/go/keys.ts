/** How verifying code for Go reads a secret or a public key. */
import { byteText } from '../literals.ts'
import { lines, type Recipe } from '../recipe.ts'
import { list } from './call.ts'

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

export function secretKey({ row }: Recipe): string {
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

export function publicKey({ row }: Recipe): string {
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
