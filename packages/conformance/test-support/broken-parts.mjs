// The sound parts with one flaw each.

import * as sound from './sound-parts.mjs'

/** Knows no recovery: as many devices do. */
export async function keyStore() {
  const made = await sound.keyStore()
  const { store } = made
  const sign = async (...call) => ({ ...(await store.sign(...call)), recovery: 0 })
  return { ...made, manager: undefined, store: { get: (...call) => store.get(...call), sign } }
}

/** Answers for everybody with the document it has. */
export function resolver() {
  const { resolver: whole, known, unknown } = sound.resolver
  const resolve = async (did, options) => {
    if (did !== unknown) return await whole.resolve(did, options)
    return { ...(await whole.resolve(known, options)), did }
  }
  return { resolver: { ...whole, resolve }, known, unknown }
}

/** Shows no more than fits. */
export function transport() {
  const made = sound.transport()
  const deliver = (request, options) =>
    made.transport.deliver({ ...request, uri: () => request.uri().slice(0, 1000) }, options)
  return { ...made, transport: { ...made.transport, deliver } }
}

/** Knows only the addresses that it has handed out itself. */
export function replyChannel() {
  const made = sound.replyChannel()
  const own = new WeakSet()
  const open = async (...call) => {
    const address = await made.channel.open(...call)
    own.add(address)
    return address
  }
  const receive = (address, options) => {
    if (!own.has(address)) throw new TypeError('another address')
    return made.channel.receive(address, options)
  }
  return { ...made, channel: { ...made.channel, open, receive } }
}

/** Looks first and spends later. */
export function requestStore() {
  const made = sound.requestStore()
  const winners = new Map()
  const consume = async (id, hash, options) => {
    options?.signal?.throwIfAborted()
    if ((await made.store.get(id)) === undefined) return 'unknown'
    const winner = winners.get(id)
    await made.store.get(id)
    winners.set(id, winner ?? hash)
    return winner === undefined ? 'won' : winner === hash ? 'same' : 'lost'
  }
  return { ...made, store: { put: made.store.put, get: made.store.get, consume } }
}

/** Tidies what it is given. */
export async function topicStore() {
  const made = await sound.topicStore()
  const { store } = made
  const bound = Object.fromEntries(
    ['open', 'read', 'remove', 'sweep'].map((name) => [name, (...call) => store[name](...call)]),
  )
  const append = (name, body, options) => store.append(name, body.trim(), options)
  return { ...made, store: { ...bound, append } }
}

/** Puts only what is not there. */
export function walletStore() {
  const { store } = sound.walletStore()
  return { store: { ...store, put: async (...call) => void (await store.create(...call)) } }
}
