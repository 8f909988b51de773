/** What a searchable picker offers, what is left of it when something is typed, and where its keys lead. Knows no page. */

export interface Choice {
  readonly id: string
  readonly name: string
  /** A second line, in words. */
  readonly note?: string
  /** More that it is found by, and that is not shown. */
  readonly words?: string
  /** Offered where nothing else matches: what to do then. */
  readonly otherwise?: boolean
}

export interface ChoiceGroup {
  readonly name: string
  readonly choices: readonly Choice[]
}

/**
 * All groups while nothing is typed. Else one group without a name: whatever has every word that was typed, those first whose name
 * begins with it, each once although it may stand in several groups.
 */
export function matching(groups: readonly ChoiceGroup[], typed: string): ChoiceGroup[] {
  const words = plain(typed).split(/\s+/).filter(Boolean)
  if (words.length === 0) return groups.filter((group) => group.choices.length > 0)
  const whole = words.join(' ')
  const found = new Map<string, { choice: Choice; rank: number }>()
  for (const choice of groups.flatMap((group) => group.choices)) {
    const rank = found.has(choice.id) ? undefined : rankOf(choice, words, whole)
    if (rank !== undefined) found.set(choice.id, { choice, rank })
  }
  // Sorting keeps the order of equals, so that each rank stays in the order of the groups.
  const choices = [...found.values()].sort((one, other) => one.rank - other.rank).map(({ choice }) => choice)
  return choices.length === 0 ? [] : [{ name: '', choices }]
}

/** What is offered where nothing matches: what to do then, once each. */
export function otherwise(groups: readonly ChoiceGroup[]): Choice[] {
  const all = groups.flatMap((group) => group.choices).filter((choice) => choice.otherwise === true)
  return all.filter((choice, index) => all.findIndex((other) => other.id === choice.id) === index)
}

/** Lower is better; undefined where it does not match. */
function rankOf(choice: Choice, words: readonly string[], whole: string): number | undefined {
  const name = plain(choice.name)
  const all = `${name} ${plain(choice.id)} ${plain(choice.words ?? '')}`
  if (!words.every((word) => all.includes(word))) return undefined
  if (name === whole || plain(choice.id) === whole) return 0
  if (name.startsWith(whole)) return 1
  if (words.every((word) => name.includes(word))) return name.includes(` ${whole}`) ? 2 : 3
  return 4
}

/** Without case and accents, which people leave out when they search. */
const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().trim()

/** Options that the page keys pass over. */
const PAGE = 8

/** Where a key leads from the option at `at` (-1: none is marked) in a list of `count`; undefined where it is not a key of the list. */
export function moved(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined
  switch (key) {
    case 'ArrowDown':
      return (at + 1) % count
    case 'ArrowUp':
      return at <= 0 ? count - 1 : at - 1
    case 'Home':
      return 0
    case 'End':
      return count - 1
    case 'PageDown':
      return Math.min(count - 1, Math.max(0, at) + PAGE)
    case 'PageUp':
      return Math.max(0, at - PAGE)
    default:
      return undefined
  }
}
