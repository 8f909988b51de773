/** What senders sign, by the templates that providers are known to use and their near relatives. Most usual first. */

export const BODY_TEMPLATES = [
  '{body}',
  '{url}{body}',
  '{body}{url}',
  '{method}{url}{body}',
  '{method}{body}',
  '{url}.{body}',
  '{url}|{body}',
  '{bodyBase64}',
  '{query}',
  '{query}{body}',
  '{url}',
  '{method}{url}',
  '{method}\n{url}\n{body}',
] as const

const TIME_SEPARATORS = ['.', '', ':', '|', '\n', '-', '_', ',', ' ', '&', '+', ';'] as const

export const TIME_TEMPLATES: readonly string[] = [
  ...TIME_SEPARATORS.map((between) => `{ts}${between}{body}`),
  'v0:{ts}:{body}',
  'v1:{ts}:{body}',
  'v1.{ts}.{body}',
  ...['', '.', ':', '|', '\n'].map((between) => `{body}${between}{ts}`),
  '{method}{url}{body}{ts}',
  '{ts}{method}{url}{body}',
  '{method}{url}{ts}{body}',
  '{url}{ts}{body}',
  '{ts}{url}{body}',
  '{ts}.{url}.{body}',
  '{url}.{ts}.{body}',
  '{url}{body}{ts}',
  '{ts}.{method}.{url}.{body}',
  '{method}\n{url}\n{ts}\n{body}',
  '{ts}{bodyBase64}',
  '{ts}.{bodyBase64}',
  '{ts}',
]

const ID_SEPARATORS = ['.', '', ':', '|', '\n', '-', '_', ','] as const

export const ID_TEMPLATES: readonly string[] = ID_SEPARATORS.flatMap((between) => [
  `{id}${between}{body}`,
  `{body}${between}{id}`,
])

export const ID_TIME_TEMPLATES: readonly string[] = [
  ...ID_SEPARATORS.flatMap((between) => [
    `{id}${between}{ts}${between}{body}`,
    `{ts}${between}{id}${between}{body}`,
    `{id}${between}{ts}`,
    `{ts}${between}{id}`,
  ]),
  '{body}{ts}{id}',
  '{body}{id}{ts}',
  '{method}{url}{ts}{id}{body}',
  '{id}{ts}{url}{body}',
]

/** Where the secret is hashed along, without a key. */
export const SECRET_TEMPLATES: readonly string[] = [
  '{secret}{body}',
  '{body}{secret}',
  '{secret}.{body}',
  '{body}.{secret}',
  '{secret}:{body}',
  '{body}:{secret}',
  '{secret}{method}{url}{body}',
  '{secret}{url}{body}',
  '{url}{body}{secret}',
  '{secret}{body}{secret}',
  '{secret}{ts}{body}',
  '{ts}{secret}{body}',
  '{ts}{body}{secret}',
  '{ts}.{body}.{secret}',
  '{secret}{id}{ts}{body}',
  '{id}{ts}{body}{secret}',
  '{ts}{secret}',
  '{secret}{ts}',
  '{id}{secret}',
]
