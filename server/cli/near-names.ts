/** Names that somebody may have meant. */

/** At most three, nearest first: those that hold the word or are held by it, and those a few typing errors away. */
export function nearNames(word: string, names: readonly string[]): string[] {
  const wanted = word.toLowerCase()
  return names
    .map((name) => ({ name, away: distance(wanted, name.toLowerCase()) }))
    .filter(({ name, away }) => away <= Math.max(1, Math.floor(wanted.length / 3)) || holds(wanted, name.toLowerCase()))
    .toSorted((a, b) => a.away - b.away)
    .slice(0, 3)
    .map(({ name }) => name)
}

const holds = (one: string, other: string): boolean =>
  one.length >= 3 && (other.includes(one) || (other.length >= 3 && one.includes(other)))

/** Letters to put in, leave out or change (Levenshtein). Of long words only the beginning is compared: nobody means more. */
function distance(one: string, other: string): number {
  const a = one.slice(0, 60)
  const b = other.slice(0, 60)
  let row = Array.from({ length: b.length + 1 }, (_, at) => at)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1))
    row = next
  }
  return row[b.length] ?? 0
}
