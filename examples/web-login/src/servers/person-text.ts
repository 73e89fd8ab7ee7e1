import type { Json } from '@uport-kit/core'
import { plainLine } from '../shared/plain-line.ts'

const MAX_LENGTH = 200

/** What a person wrote, as one line of bearable length; undefined where it is none. It stays their words: show it as text. */
export function personText(claim: Json | undefined): string | undefined {
  if (typeof claim !== 'string') return undefined
  const line = plainLine(claim, MAX_LENGTH)
  return line === '' ? undefined : line
}
