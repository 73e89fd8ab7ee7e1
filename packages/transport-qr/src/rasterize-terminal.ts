import { UportError } from '@uport-kit/core'
import type { PixelImage } from './decode-qr.ts'
import { wholeNumber } from './encode-qr.ts'
import { halvesOf } from './half-blocks.ts'

/** 1 Mi characters: some hundred screens full of codes. */
const MAX_CHARACTERS = 1_048_576
/** The smallest code has 21 modules on a side, two to a line. */
const LEAST_COLUMNS = 21
const LEAST_LINES = 11
const MOST_COLUMNS = 512

/**
 * Turns what a terminal shows back into pixels: the last code drawn with half blocks in the captured text, escape
 * sequences and other lines ignored. For tests and demonstrations that scan their own terminal.
 *
 * @param options.scale pixels along one side of a module: 1 to 16, default 4
 * @throws UportError `QR_IMAGE_INVALID` (no such drawing in the text), `QR_IMAGE_TOO_LARGE`
 */
export function rasterizeTerminal(
  text: string,
  options: { readonly scale?: number | undefined } = {},
): PixelImage {
  const scale = wholeNumber('scale', options.scale ?? 4, 1, 16)
  if (text.length > MAX_CHARACTERS) {
    throw new UportError('QR_IMAGE_TOO_LARGE', 'the captured text is too long; give its end', {
      data: { size: text.length, maxSize: MAX_CHARACTERS },
    })
  }
  const lines = lastDrawing(withoutEscapes(text).split('\n').map(withoutReturn))
  if (lines === undefined) {
    throw new UportError('QR_IMAGE_INVALID', 'the text shows no QR code; capture it whole', {
      data: { reason: 'no QR code in the text' },
    })
  }
  return pixelsOf(lines, scale)
}

/** Drops control sequences (ECMA-48: CSI to its final byte, OSC to BEL or ST, else one character). */
function withoutEscapes(text: string): string {
  let plain = ''
  let at = 0
  while (at < text.length) {
    const start = text.indexOf('\u001b', at)
    if (start < 0) return plain + text.slice(at)
    plain += text.slice(at, start)
    at = endOfEscape(text, start)
  }
  return plain
}

function endOfEscape(text: string, start: number): number {
  const kind = text[start + 1]
  let at = start + 2
  if (kind === '[') {
    while (at < text.length && !isBetween(text[at], '@', '~')) at++
    return at + 1
  }
  if (kind === ']') {
    while (at < text.length && text[at] !== '\u0007' && text[at] !== '\u001b') at++
    return text[at] === '\u001b' ? at + 2 : at + 1
  }
  return at
}

function isBetween(character: string | undefined, first: string, last: string): boolean {
  return character !== undefined && character >= first && character <= last
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}

/** The last run of lines that are drawn with half blocks and are enough for a code. */
function lastDrawing(lines: readonly string[]): readonly string[] | undefined {
  let end = lines.length
  while (end > 0) {
    let start = end
    while (start > 0 && isDrawn(lines[start - 1] ?? '')) start--
    const run = lines.slice(start, end)
    if (run.length >= LEAST_LINES && run.some((line) => /[▀▄█]/u.test(line))) return lastSquare(run)
    end = Math.min(start, end - 1)
  }
  return undefined
}

/** A code is as high as it is wide: what stands right above it is another one. */
function lastSquare(run: readonly string[]): readonly string[] {
  const columns = run.at(-1)?.length ?? 0
  return run.slice(-Math.ceil(columns / 2))
}

function isDrawn(line: string): boolean {
  return line.length >= LEAST_COLUMNS && line.length <= MOST_COLUMNS && /^[ ▀▄█]+$/u.test(line)
}

/** The quiet zone tells which half is light: the drawing's first character belongs to it. */
function pixelsOf(lines: readonly string[], scale: number): PixelImage {
  const columns = Math.max(...lines.map((line) => line.length))
  const blockIsLight = lines[0]?.[0] === '█'
  const width = columns * scale
  const height = lines.length * 2 * scale
  const data = new Uint8Array(width * height * 4).fill(0xff)
  for (const [row, line] of lines.entries()) {
    for (let x = 0; x < columns; x++) {
      const halves = halvesOf(line[x] ?? ' ') ?? [false, false]
      for (const [half, isBlock] of halves.entries()) {
        if (isBlock !== blockIsLight) darken(data, width, x * scale, (2 * row + half) * scale, scale)
      }
    }
  }
  return { width, height, data }
}

function darken(data: Uint8Array, width: number, left: number, top: number, scale: number): void {
  for (let y = top; y < top + scale; y++) {
    for (let x = left; x < left + scale; x++) data.fill(0, (y * width + x) * 4, (y * width + x) * 4 + 3)
  }
}
