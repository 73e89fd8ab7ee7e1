import { expect, it } from 'vitest'
import { cpuTime } from '../../../../test/support/cpu-time.ts'
import { encodeBase64url } from '../bytes/base64url.ts'
import { encodeUtf8 } from '../bytes/utf8.ts'
import { decodeJwt } from './decode.ts'

const HEADER = '{"alg":"ES256K"}'
const part = (text: string): string => encodeBase64url(encodeUtf8(text))

it.each([
  ['dots', (length: number) => '.'.repeat(length)],
  [
    'one long part',
    (length: number) => `${part(HEADER)}.${part(JSON.stringify({ a: 'x'.repeat(length / 2) }))}.AA`,
  ],
  [
    'many members',
    (length: number) =>
      `${part(HEADER)}.${part(`{${Array.from({ length: length / 20 }, (_, i) => `"k${i}":1`).join()}}`)}.AA`,
  ],
  [
    'nesting',
    (length: number) => `${part(HEADER)}.${part(`${'['.repeat(length / 4)}${']'.repeat(length / 4)}`)}.AA`,
  ],
])('needs time in proportion to the length of %s', (_, make) => {
  const cost = (jwt: string) => {
    const run = () => {
      for (let index = 0; index < 20; index++) {
        try {
          decodeJwt(jwt)
        } catch {}
      }
    }
    return Math.min(...Array.from({ length: 3 }, () => cpuTime(run)))
  }
  const short = make(16_000)
  const long = make(64_000)
  cost(short)
  // Four times the length: a quadratic parser would need 16 times as long, and the floor hides the clock's grain. A busy
  // machine may slow one of the two down, but not in each of three tries.
  const growth = () => cost(long) / Math.max(cost(short), 1)
  expect(Math.min(growth(), growth(), growth())).toBeLessThan(10)
})
