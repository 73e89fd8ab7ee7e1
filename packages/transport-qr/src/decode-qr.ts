import { UportError } from '@uport-kit/core'
import { decodeQR } from 'qr/decode.js'

/** Pixels of an image, row by row: three (RGB) or four (RGBA) bytes each. */
export interface PixelImage {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array | Uint8ClampedArray
}

/** 24 million: a photograph of a current phone. */
const MAX_PIXELS = 24_000_000

/**
 * Reads the first QR code of an image: a camera frame, a photograph, a screenshot. Light on dark is read too.
 *
 * @returns the text, hostile until parsed; undefined when the image shows no readable code
 * @throws UportError `QR_IMAGE_INVALID`, `QR_IMAGE_TOO_LARGE`
 */
export function decodeQr(image: PixelImage): string | undefined {
  checkImage(image)
  try {
    return decodeQR({ width: image.width, height: image.height, data: image.data })
  } catch {
    return undefined // the library throws for an image without a code, and for a code too damaged to restore
  }
}

function checkImage({ width, height, data }: PixelImage): void {
  if (!isSide(width) || !isSide(height)) throw invalid('width and height must be positive whole numbers')
  const pixels = width * height
  if (pixels > MAX_PIXELS) {
    throw new UportError('QR_IMAGE_TOO_LARGE', 'the image has too many pixels; scale it down', {
      data: { size: pixels, maxSize: MAX_PIXELS },
    })
  }
  if (!(data instanceof Uint8Array || data instanceof Uint8ClampedArray)) throw invalid('data must be bytes')
  if (data.length !== pixels * 3 && data.length !== pixels * 4) {
    throw invalid('data must hold three or four bytes for each pixel')
  }
}

function isSide(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}

function invalid(reason: string): UportError<'QR_IMAGE_INVALID'> {
  return new UportError('QR_IMAGE_INVALID', `not a readable image: ${reason}`, { data: { reason } })
}
