import { asQrImage, type EncodeOptions, type QrImage, wholeNumber } from './encode-qr.ts'

export interface SvgOptions extends EncodeOptions {
  /** Light modules around the code; the standard asks for 4. */
  readonly quietZone?: number | undefined
  /** What assistive technology reads out. Default `QR code`. */
  readonly title?: string | undefined
  /** CSS colours. Defaults `#000` and `#fff`: scanners want contrast, dark on light. */
  readonly dark?: string | undefined
  readonly light?: string | undefined
}

/**
 * Draws a code as an SVG document without size: it fills its container. Safe to put into HTML as it is.
 *
 * @param source a text, or a code that exists
 * @throws UportError `QR_TOO_LARGE`
 */
export function toSvg(source: string | QrImage, options: SvgOptions = {}): string {
  const qr = asQrImage(source, options)
  const quietZone = wholeNumber('quietZone', options.quietZone ?? 4, 0, 32)
  const side = qr.size + 2 * quietZone
  const title = escapeXml(options.title ?? 'QR code')
  const dark = escapeXml(options.dark ?? '#000')
  const light = escapeXml(options.light ?? '#fff')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${side} ${side}" shape-rendering="crispEdges" role="img" aria-label="${title}">` +
    `<title>${title}</title><path fill="${light}" d="M0 0h${side}v${side}H0z"/>` +
    `<path stroke="${dark}" d="${strokes(qr, quietZone)}"/></svg>`
  )
}

/** Every run of dark modules as a line one module thick; within a row each starts where the last one ended. */
export function strokes({ rows, size }: QrImage, quietZone: number): string {
  let path = ''
  for (let y = 0; y < size; y++) {
    const row = rows[y]
    if (row === undefined) continue
    let end = -1
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue
      const start = x
      while (x < size && row[x]) x++
      path +=
        end < 0 ? `M${start + quietZone} ${y + quietZone}.5h${x - start}` : `m${start - end} 0h${x - start}`
      end = x
    }
  }
  return path
}

const ENTITIES: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
])

/** Also drops what XML 1.0 forbids even as a reference: control characters and lone surrogates. */
function escapeXml(text: string): string {
  return text
    .replace(/[&<>"']/g, (character) => ENTITIES.get(character) ?? '')
    .replace(/[^\t\n\r\p{L}\p{M}\p{N}\p{P}\p{S}\p{Z}\p{Cf}\p{Co}]/gu, '')
}
