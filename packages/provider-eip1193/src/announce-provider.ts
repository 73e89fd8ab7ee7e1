import { encodeHex, type RandomBytes } from '@uport-kit/core'
import { UPORT_ICON } from './uport-icon.ts'
import type { UportProvider } from './uport-provider.ts'

/** How a page's list of wallets shows the provider (EIP-6963). */
export interface ProviderInfo {
  /** UUID version 4: this announcement's own. */
  readonly uuid: string
  readonly name: string
  /** A `data:` URI (RFC 2397) of a square image. */
  readonly icon: string
  /** A domain of yours, reversed: `com.example.wallet`. */
  readonly rdns: string
}

export interface AnnounceOptions extends Pick<ProviderInfo, 'name' | 'rdns'> {
  readonly provider: UportProvider
  /** Default: a plain picture of the kit. */
  readonly icon?: string | undefined
  /** Default: the page's `window`. */
  readonly window?: EventTarget | undefined
  /** Default: the platform's generator. */
  readonly random?: RandomBytes | undefined
}

const ANNOUNCE = 'eip6963:announceProvider'
const REQUEST = 'eip6963:requestProvider'

const RDNS = /^(?=.{3,253}$)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+$/i
const ICON = /^data:image\/(?:svg\+xml|png|webp|gif|jpeg)[;,]/
const MAX_ICON = 65_536
const MAX_NAME = 64

/**
 * Announces a provider to the page now, and each time the page asks: libraries that discover wallets by EIP-6963 find it.
 *
 * @returns ends the announcement
 * @throws TypeError where name, icon or rdns is not one
 */
export function announceProvider(options: AnnounceOptions): () => void {
  const { provider, name, rdns, icon = UPORT_ICON, window = globalThis, random = platformRandom } = options
  if (name.length === 0 || name.length > MAX_NAME) throw new TypeError('announceProvider: give a short name')
  if (!RDNS.test(rdns)) {
    throw new TypeError('announceProvider: rdns is a reversed domain, such as com.example.wallet')
  }
  if (!ICON.test(icon) || icon.length > MAX_ICON) {
    throw new TypeError('announceProvider: icon is a data: URI of an image')
  }
  const info: ProviderInfo = Object.freeze({ uuid: createUuid(random), name, icon, rdns })
  const detail = Object.freeze({ info, provider })
  const announce = (): void => {
    window.dispatchEvent(new CustomEvent(ANNOUNCE, { detail }))
  }
  window.addEventListener(REQUEST, announce)
  announce()
  return () => window.removeEventListener(REQUEST, announce)
}

/** RFC 9562, version 4. */
function createUuid(random: RandomBytes): string {
  const bytes = Uint8Array.from(random(16))
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return encodeHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function platformRandom(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length))
}
