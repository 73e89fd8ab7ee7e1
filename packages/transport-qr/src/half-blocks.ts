import type { QrImage } from './encode-qr.ts'

/** Each character shows two modules, one above the other; the block is light. Index: upper light + 2 * lower light. */
const GLYPHS = [' ', '▀', '▄', '█'] as const

/**
 * The lines of text that show a code on a dark terminal.
 *
 * @param invert for dark text on a light terminal: the block is dark then
 */
export function halfBlockLines(qr: QrImage, quietZone: number, invert: boolean): readonly string[] {
  const side = qr.size + 2 * quietZone
  const block = (x: number, y: number): number => {
    if (y >= side) return 0 // the lower half of an odd last line stays the terminal's own
    const dark = qr.rows[y - quietZone]?.[x - quietZone] === true
    return dark === invert ? 1 : 0
  }
  return Array.from({ length: Math.ceil(side / 2) }, (_, line) => {
    let text = ''
    for (let x = 0; x < side; x++) text += GLYPHS[block(x, 2 * line) + 2 * block(x, 2 * line + 1)]
    return text
  })
}

/** Upper and lower half of a character: true where the block is. Undefined for other characters. */
export function halvesOf(character: string): readonly [upper: boolean, lower: boolean] | undefined {
  const index = (GLYPHS as readonly string[]).indexOf(character)
  return index < 0 ? undefined : [(index & 1) !== 0, (index & 2) !== 0]
}
