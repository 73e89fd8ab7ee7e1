// A key store that misbehaves as a whole, in the way that the environment names.

import { MemoryKeyStore } from '@uport-kit/core'

const way = process.env.AWKWARD
const SECRET = '4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318'

if (way === 'throws on import') throw new Error(`no session for ${SECRET}`)
if (way === 'exits on import') process.exit(7)

export default async function () {
  if (way === 'makes none') throw new TypeError(`the device says ${SECRET}`)
  const store = new MemoryKeyStore()
  await store.create({ keyId: 'key' })
  if (way === 'leaves a timer') setInterval(() => undefined, 60_000)
  console.log('what the module prints')
  return {
    keyId: 'key',
    store: {
      get: (...call) => (way === 'hangs' ? new Promise(() => undefined) : store.get(...call)),
      async sign(...call) {
        if (way === 'blocks') for (;;);
        if (way === 'exits') process.exit(3)
        if (way === 'rejects behind its back') Promise.reject(new Error(`lost ${SECRET}`))
        if (way === 'quotes') throw new Error(`signing with ${SECRET} failed\n\u001b[2Jat once`)
        return await store.sign(...call)
      },
    },
  }
}
