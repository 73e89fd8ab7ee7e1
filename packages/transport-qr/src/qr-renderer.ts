import type { Options, OutgoingRequest } from '@uport-kit/core'
import type { QrImage } from './encode-qr.ts'

/** A code that is being shown. */
export interface QrView {
  /** Takes it away. Called once. */
  close?(): void | Promise<void>
  /** Settles when the person closes it. */
  readonly dismissed?: Promise<unknown> | undefined
}

export interface RenderOptions extends Options {
  /** What the code asks for: its link, for the same device, and when it expires. */
  readonly request?: OutgoingRequest | undefined
}

/** Shows a code: in a terminal, a dialog, a page. */
export interface QrRenderer {
  // biome-ignore lint/suspicious/noConfusingVoidType: a renderer with nothing to close simply returns
  (qr: QrImage, options: RenderOptions): QrView | undefined | void | Promise<QrView | undefined | void>
  /** Whether the code fits the medium now; a transport with a publisher sends a short reference where not. */
  fits?(qr: QrImage): boolean
  /** Shows a text that one code cannot hold as a moving one; a transport without a publisher asks for it. */
  animate?(text: string, options: RenderOptions): QrView | Promise<QrView>
}
