/** Verifying code for Go of schemes whose signature is a JSON Web Token. */
import { byteText } from '../literals.ts'
import { claimsOf, lines, type Recipe } from '../recipe.ts'
import { indent, signature, list, values, companion } from './call.ts'

export const FITS_JWT = `func fits(key any, algorithm string, signature, signed []byte) bool {
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

export function verifyJwt(recipe: Recipe): string {
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
    '\t\t\tif head == nil || claims == nil || head["crit"] != nil || head["b64"] != nil {',
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

export function claims(recipe: Recipe): string {
  const { iss, aud, bodySha256Hex, urlSha256Hex, bodyOptional, needed, skew, oldest, ahead } = claimsOf(recipe)
  const parameters = claimArguments(recipe)
    .replace('rawBody', 'rawBody []byte')
    .replace('url', 'url string')
    .replace('settings', 'settings map[string]string')
    .replace('now', 'now time.Time')
  const not = (when: string): string => indent(lines(`if ${when} {`, '\treturn false', '}'))
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
    oldest !== undefined && not(`seconds-times["iat"] > ${oldest}`),
    not(`iat, isThere := times["iat"]; isThere && iat > seconds+${ahead}`),
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

export const READ_PART = `func readPart(text string) map[string]any {
	var value map[string]any
	if json.Unmarshal(decode(text), &value) != nil {
		return nil
	}
	return value
}`
