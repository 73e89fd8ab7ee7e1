import { writeFile } from 'node:fs/promises'
import type { Page } from 'playwright-core'
import { PNG } from 'pngjs'

const [WIDTH, HEIGHT] = [1280, 720]
/** Around the code, in pixels of the page: what else is in the picture. */
const MARGIN = 24

/** A screenshot of the code on a page, and of what is around it. */
export async function shootCode(page: Page): Promise<Buffer> {
  const code = page.getByRole('img', { name: 'QR code of the request' })
  await code.waitFor()
  const box = await code.boundingBox()
  const size = page.viewportSize()
  if (box === null || size === null) throw new Error('the code is not on the screen')
  const [left, top] = [Math.max(0, box.x - MARGIN), Math.max(0, box.y - MARGIN)]
  const width = Math.min(size.width, box.x + box.width + MARGIN) - left
  const height = Math.min(size.height, box.y + box.height + MARGIN) - top
  return page.screenshot({ clip: { x: left, y: top, width, height } })
}

/** What a camera sees that is held before a screenshot: the brightness of each point. */
export function filmShot(shot: Uint8Array): Buffer {
  const png = PNG.sync.read(Buffer.from(shot))
  const zoom = HEIGHT / png.height
  const across = Math.min(WIDTH, Math.floor(png.width * zoom))
  const margin = (WIDTH - across) >> 1
  const luma = Buffer.alloc(WIDTH * HEIGHT, 235)
  for (let y = 0; y < HEIGHT; y++) {
    const from = Math.floor((y + 0.5) / zoom) * png.width
    for (let x = 0; x < across; x++)
      luma[y * WIDTH + margin + x] = lumaAt(png, from + Math.floor((x + 0.5) / zoom))
  }
  return luma
}

/** By ITU-R BT.601, of which black is 16 and white 235. */
function lumaAt({ data }: PNG, pixel: number): number {
  const [red = 0, green = 0, blue = 0] = data.subarray(4 * pixel, 4 * pixel + 3)
  return 16 + ((66 * red + 129 * green + 25 * blue + 128) >> 8)
}

/** Writes what Chromium's fake camera plays, again and again, from its next start: YUV4MPEG2, 4:2:0, without colours. */
export async function writeFilm(
  path: string,
  frames: readonly Buffer[],
  framesPerSecond: number,
): Promise<void> {
  const header = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F${framesPerSecond}:1 Ip A1:1 C420\n`)
  const grey = Buffer.alloc((WIDTH * HEIGHT) / 2, 128)
  const parts = frames.flatMap((luma) => [Buffer.from('FRAME\n'), luma, grey])
  await writeFile(path, Buffer.concat([header, ...parts]))
}
