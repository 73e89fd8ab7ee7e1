// Ends exchanges over a real relay in the ways an exchange can end, and measures how soon the promise settles. Prints
// one line of JSON. It never calls process.exit: that it ends shows that no timer and no socket was left.
import { readFileSync } from 'node:fs'
import { RelayClient } from '@uport-kit/channel-relay'
import {
  disclosure,
  isUportError,
  MemoryKeyStore,
  memoryBoxKeys,
  memoryRequestStore,
  Requester,
  systemClock,
} from '@uport-kit/core'

const { relayUrl, did } = JSON.parse(readFileSync(process.argv[2], 'utf8'))
const keys = new MemoryKeyStore()
await keys.create({ keyId: 'app' })
const relay = new RelayClient({ url: relayUrl })
const clock = systemClock()
const requester = new Requester({
  identity: { did, keyId: 'app', keys, boxKeys: memoryBoxKeys() },
  resolver: { methods: ['uport'], resolve: () => Promise.reject(new Error('nobody is resolved here')) },
  requests: memoryRequestStore({ clock }),
  replyChannels: [relay],
  sealing: 'preferred',
})

const callbackOf = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url')).callback

async function measure(name, trigger, lifetime = 60) {
  const exchange = await requester.start(disclosure, {}, { lifetime })
  const settled = exchange.result.then(
    () => ['done', performance.now()],
    (error) => [isUportError(error) ? error.code : error.name, performance.now()],
  )
  const triggered = await trigger(exchange)
  const [code, at] = await settled
  await exchange.close()
  return { name, code, milliseconds: at - triggered }
}

const results = [
  await measure('cancel', (exchange) => {
    const now = performance.now()
    exchange.cancel()
    return now
  }),
  // The alarm rings when the clock's whole second has come; measured from the timer that fires beside it.
  await measure(
    'deadline',
    (exchange) =>
      new Promise((resolve) => {
        const wait = exchange.request.expiresAt - clock.now()
        setTimeout(() => resolve(performance.now()), wait * 1000)
      }),
    1,
  ),
  await measure('refusal', async (exchange) => {
    await fetch(callbackOf(exchange.request.jwt), {
      method: 'POST',
      body: JSON.stringify({ error: 'access_denied' }),
    })
    return performance.now()
  }),
]
await requester.close()
await relay[Symbol.asyncDispose]()
process.stdout.write(`${JSON.stringify(results)}\n`)
