import { createNobleEngine, sha256 } from '@uport-kit/core'
import { expect, it } from 'vitest'
import { createNativeEngine } from './native-engine.ts'

it('judges by the bytes a key has now, not by those its array had before', () => {
  const native = createNativeEngine()
  const noble = createNobleEngine()
  const digest = sha256(Uint8Array.of(1))
  const [first, second] = [1, 2]
    .map((byte) => new Uint8Array(32).fill(byte))
    .map((key) => ({
      signature: compact(native.sign(digest, key)),
      publicKey: noble.publicKeyOf(key),
    }))
  const key = first!.publicKey.slice()
  const asked = () => [first!, second!].map(({ signature }) => native.verify(signature, digest, key))
  expect([asked(), asked()]).toEqual([
    [true, false],
    [true, false],
  ])
  key.set(second!.publicKey)
  expect([asked(), asked()]).toEqual([
    [false, true],
    [false, true],
  ])
  key.fill(255, 1)
  expect(asked()).toEqual([false, false])
})

function compact({ r, s }: { readonly r: Uint8Array; readonly s: Uint8Array }): Uint8Array {
  return Uint8Array.from([...r, ...s])
}
