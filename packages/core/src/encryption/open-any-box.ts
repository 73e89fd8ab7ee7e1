import { openBox, parseBoxEnvelope } from './box.ts'
import { openLegacyBox, parseLegacyBox } from './legacy-box.ts'
import { boxObject } from './nacl-box.ts'

/**
 * Opens a box of either generation, told apart as wallets always did: the current one has a `version`.
 *
 * @param value as it arrived
 * @param secretKey 32 bytes
 * @throws UportError `BOX_UNSUPPORTED_VERSION`, `BOX_MALFORMED`, `BOX_OPEN_FAILED`
 */
export function openAnyBox(value: unknown, secretKey: Uint8Array): Uint8Array {
  return Object.hasOwn(boxObject(value), 'version')
    ? openBox(parseBoxEnvelope(value), secretKey)
    : openLegacyBox(parseLegacyBox(value), secretKey)
}
