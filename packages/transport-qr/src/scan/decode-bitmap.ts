import { decodeQr } from '../decode-qr.ts'
import type { Sides } from './sides.ts'

/** Reads the first code of a picture, in a page or in a worker. Closes the picture. */
export function decodeBitmap(bitmap: ImageBitmap, sides: Sides): string | undefined {
  try {
    const own = Math.max(bitmap.width, bitmap.height)
    const looks = new Set(sides.map((side) => Math.min(side, own)))
    for (const side of looks) {
      const text = decodeQr(pixelsOf(bitmap, side / own))
      if (text !== undefined) return text
    }
    return undefined
  } finally {
    bitmap.close()
  }
}

function pixelsOf(bitmap: ImageBitmap, scale: number): ImageData {
  const width = Math.max(1, Math.round(bitmap.width * scale))
  const height = Math.max(1, Math.round(bitmap.height * scale))
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true })
  if (context === null) throw new TypeError('this browser draws on no canvas')
  context.fillStyle = '#fff' // under what is transparent
  context.fillRect(0, 0, width, height)
  context.drawImage(bitmap, 0, 0, width, height)
  return context.getImageData(0, 0, width, height)
}
