import { equalBytes } from '../bytes/equal.ts'
import { personalMessagePreimage } from '../messages/personal-message.ts'

const PREFIX_LENGTH = '\x19Ethereum Signed Message:\n'.length

/** The message in the bytes of `personalMessagePreimage`; undefined where they are none. */
export function messageOfPreimage(preimage: Uint8Array): Uint8Array | undefined {
  // The decimal length may run into a message of digits, so every split is tried against the definition.
  for (let digits = 1; digits <= 8; digits++) {
    const message = preimage.slice(PREFIX_LENGTH + digits)
    if (equalBytes(personalMessagePreimage(message), preimage)) return message
  }
  return undefined
}
