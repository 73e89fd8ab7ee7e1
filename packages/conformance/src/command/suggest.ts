/** The name that was probably meant, or undefined where none is near. */
export function suggest(given: string, names: Iterable<string>): string | undefined {
  const word = given.toLowerCase().slice(0, 64)
  const plain = (text: string): string => text.toLowerCase().replace(/[^a-z0-9]/g, '')
  const ranked = [...names]
    .map((name) => ({
      name,
      distance: plain(word).includes(plain(name)) ? 0 : distance(plain(word), plain(name)),
    }))
    .sort((a, b) => a.distance - b.distance)
  const [best] = ranked
  return best !== undefined && best.distance <= Math.max(1, Math.floor(best.name.length / 3))
    ? best.name
    : undefined
}

/** How many letters must be put in, taken out or changed (Levenshtein). */
function distance(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, n) => n)
  for (const [i, letter] of [...from].entries()) {
    const next = [i + 1]
    for (const [j, other] of [...to].entries()) {
      const changed = (row[j] ?? 0) + (letter === other ? 0 : 1)
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1))
    }
    row = next
  }
  return row[to.length] ?? 0
}
