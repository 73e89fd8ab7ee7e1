declare module '@uport-kit/core' {
  interface UportErrorData {
    /** The request does not fit a QR code that people can scan. Add a request publisher, or ask for less. */
    QR_TOO_LARGE: { readonly bytes: number; readonly maxBytes: number }
    /** The terminal is too narrow for the code. Widen it, or let the renderer print the link. */
    QR_TERMINAL_TOO_NARROW: { readonly columns: number; readonly needed: number }
    /** The image is not one that can be read. */
    QR_IMAGE_INVALID: { readonly reason: string }
    /** The image is larger than the reader takes. Scale it down. */
    QR_IMAGE_TOO_LARGE: { readonly size: number; readonly maxSize: number }
    /**
     * No camera: `denied` by the person or the page's policy, `absent`, `busy` elsewhere, or `unsupported` here. Offer to
     * read an image file or to paste the link.
     */
    CAMERA_UNAVAILABLE: { readonly reason: 'denied' | 'absent' | 'busy' | 'unsupported' }
  }
}

export type {}
