/** What kind of key a scheme needs. Apart from the schema of a scheme, so that the page can ask without loading the schema library. */

/** Whether what checks the signature is a public key, and not a secret that both sides share. Takes a row of `Scheme`. */
export function usesPublicKey({ alg, algs }: { alg: string; algs?: readonly string[] | undefined }): boolean {
  if (alg === 'jwt') return algs?.some((each) => !each.startsWith('HS')) ?? false
  return alg === 'ed25519' || alg === 'ecdsa-p256' || alg === 'rsa-sha1' || alg === 'rsa-sha256'
}

/** Whether the URL is part of what is signed, so that the address as the sender knows it matters. */
export function signsUrl({ content, claims }: { content: string; claims?: object | undefined }): boolean {
  return content.includes('{url}') || (claims !== undefined && 'urlSha256Hex' in claims)
}
