import type { Options } from '@uport-kit/core'
import type { QrImage } from './encode-qr.ts'

/** A code that is being shown. */
export interface QrView {
  /** Takes it away. Called once. */
  close?(): void | Promise<void>
  /** Settles when the person closes it. */
  readonly dismissed?: Promise<unknown> | undefined
}

/** Shows a code: in a terminal, a dialog, a page. */
export interface QrRenderer {
  // biome-ignore lint/suspicious/noConfusingVoidType: a renderer with nothing to close simply returns
  (qr: QrImage, options: Options): QrView | undefined | void | Promise<QrView | undefined | void>
  /** Whether the code fits the medium now; a transport with a publisher sends a short reference where not. */
  fits?(qr: QrImage): boolean
}
