import type { PixelImage } from '../decode-qr.ts'

/** Paints the two paths of our SVG, read as any SVG reader would: M and m move, h draws a stroke one unit thick. */
export function rasterizeSvg(svg: string, scale: number): PixelImage {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1])
  const path = /<path stroke="#000" d="([^"]+)"\/>/.exec(svg)?.[1]
  if (!Number.isInteger(side) || path === undefined) throw new Error('not the SVG this reader knows')
  const width = side * scale
  const data = new Uint8Array(width * width * 3).fill(0xff)
  let [x, y] = [0, 0]
  for (const [, command, first, second] of path.matchAll(/([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?/g)) {
    const [a, b] = [Number(first), Number(second ?? 0)]
    if (command === 'M') [x, y] = [a, b]
    if (command === 'm') [x, y] = [x + a, y + b]
    if (command === 'h') {
      fill(data, width, x * scale, (y - 0.5) * scale, a * scale, scale)
      x += a
    }
  }
  return { width, height: width, data }
}

function fill(
  data: Uint8Array,
  width: number,
  left: number,
  top: number,
  length: number,
  thickness: number,
): void {
  for (let y = top; y < top + thickness; y++)
    data.fill(0, (y * width + left) * 3, (y * width + left + length) * 3)
}
