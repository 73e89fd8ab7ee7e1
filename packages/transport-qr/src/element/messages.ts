/** The words of the dialog. They are shown as text: markup in them is not interpreted. */
export interface RequestMessages {
  readonly title: string
  readonly scan: string
  /** Instead of `scan` for a moving code. */
  readonly scanMoving: string
  /** On the link that opens a wallet on this device. */
  readonly open: string
  /** What assistive technology calls the code. */
  readonly code: string
  readonly close: string
  readonly renew: string
  readonly preparing: string
  readonly waiting: string
  readonly verifying: string
  readonly done: string
  readonly refused: string
  readonly expired: string
  readonly failed: string
  readonly timeLeft: (seconds: number) => string
}

export const ENGLISH: RequestMessages = Object.freeze({
  title: 'Continue with your wallet',
  scan: 'Scan the code with the wallet on your phone.',
  scanMoving: 'The code changes. Hold your phone still until the wallet has read it all.',
  open: 'Open the wallet on this device',
  code: 'QR code of the request',
  close: 'Cancel',
  renew: 'Show a new code',
  preparing: 'Preparing the request.',
  waiting: 'Waiting for your wallet.',
  verifying: 'Your wallet has answered. Checking the answer.',
  done: 'Done.',
  refused: 'The request was declined in the wallet.',
  expired: 'The code has expired.',
  failed: 'That did not work. Try it once more.',
  timeLeft: (seconds: number) =>
    `Time left: ${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`,
})
