import type { QrImage } from '../src/index.ts'

const [WIDTH, HEIGHT] = [640, 480]

/** A film of codes as Chromium's fake camera plays it, again and again: YUV4MPEG2, 4:2:0, without colours. */
export function filmOf(codes: readonly QrImage[], framesPerSecond: number): Uint8Array {
  const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${framesPerSecond}:1 Ip A1:1 C420\n`)
  const grey = Buffer.alloc((WIDTH * HEIGHT) / 2, 128)
  return Buffer.concat([header, ...codes.flatMap((code) => [Buffer.from('FRAME\n'), lumaOf(code), grey])])
}

function lumaOf({ rows, size }: QrImage): Buffer {
  const luma = Buffer.alloc(WIDTH * HEIGHT, 235)
  const scale = Math.floor(HEIGHT / (size + 8))
  if (scale < 3) throw new Error('a camera reads no code this large')
  const [left, top] = [WIDTH, HEIGHT].map((side) => Math.floor((side - size * scale) / 2)) as [number, number]
  for (const [y, row] of rows.entries())
    for (const [x, dark] of row.entries())
      for (let line = 0; dark && line < scale; line++) {
        const at = (top + y * scale + line) * WIDTH + left + x * scale
        luma.fill(16, at, at + scale)
      }
  return luma
}
