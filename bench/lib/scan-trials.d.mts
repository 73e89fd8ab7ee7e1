import type { PixelImage, QrImage } from '@uport-kit/transport-qr'
import type { AnimatedOptions, AnimatedParts, AnimatedProgress } from '@uport-kit/transport-qr/animated'

export interface Condition {
  readonly name: string
  readonly blur?: number
  readonly noise?: number
  readonly rotation?: number
  readonly tilt?: number
  readonly glare?: number
}

export const CONDITIONS: readonly Condition[]
export const HAND: Condition
export const LAMP: Condition

export function countRead(
  codec: {
    encodeQr(text: string, options: { readonly ecc?: never }): QrImage
    decodeQr(picture: PixelImage): string | undefined
  },
  text: string,
  cell: {
    readonly side: number
    readonly condition: Condition
    readonly pictures: number
    readonly from?: number
  },
): number

export function linkOf(bytes: number): string
export function referenceLink(): string

export function framesUntilRead(
  codec: {
    createAnimatedParts(text: string, options: AnimatedOptions): AnimatedParts
    AnimatedDecoder: new () => { receive(frame: string): AnimatedProgress }
  },
  text: string,
  show: {
    readonly partBytes?: number
    readonly lost: number
    readonly seed: number
    readonly see?: (frame: string, sequence: number) => string | undefined
  },
): number
