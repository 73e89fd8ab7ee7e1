/** A whole number from 0 on in decimal digits; undefined for any other text. */
export function parseWhole(text: string): number | undefined {
  if (!/^\d{1,16}$/.test(text)) return undefined
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : undefined
}
