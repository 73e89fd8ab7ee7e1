// Small parts that keep the promises of their ports, one for each suite, as modules for the command export them.

import {
  AbstractKeyStore,
  ManualClock,
  MemoryKeyStore,
  memoryRequestStore,
  memoryWalletStore,
  UportError,
} from '@uport-kit/core'

const START = 1_700_000_000

class DeviceStore extends AbstractKeyStore {
  #device

  constructor(device) {
    super()
    this.#device = device
  }

  async loadPublicKey(keyId) {
    return keyId === 'key' ? { spki: this.#device.spki } : undefined
  }

  async signDigest(_keyId, digest) {
    return { der: this.#device.sign(digest) }
  }
}

export async function keyStore() {
  const store = new MemoryKeyStore()
  await store.create({ keyId: 'key' })
  return {
    store,
    keyId: 'key',
    manager: store,
    importer: store,
    overDevice: (device) => new DeviceStore(device),
  }
}

const known = 'did:example:known'
const documents = new Map([[known, { id: known, verificationMethod: [{ id: `${known}#1` }] }]])

async function resolve(did, { signal, versionTime } = {}) {
  signal?.throwIfAborted()
  const method = /^did:([a-z0-9]+):[\w.-]+$/.exec(did)?.[1]
  if (method === undefined) throw new UportError('DID_INVALID', 'This is no DID')
  if (method !== 'example') {
    throw new UportError('DID_METHOD_UNSUPPORTED', 'Another method', { data: { method, known: ['example'] } })
  }
  const document = documents.get(did)
  if (document === undefined) throw new UportError('DID_NOT_FOUND', 'There is none', { data: { did } })
  if (versionTime !== undefined) {
    throw new UportError('DID_VERSION_UNSUPPORTED', 'There is no history', { data: { method } })
  }
  return { did, document: structuredClone(document) }
}

export const resolver = { resolver: { methods: ['example'], resolve }, known, unknown: 'did:example:nobody' }

/** A notice board: shows a text until it is taken away. */
export function transport() {
  const seen = []
  const shown = new Map()
  return {
    transport: {
      id: 'board',
      replyModes: ['post'],
      async deliver(request, { signal } = {}) {
        signal?.throwIfAborted()
        const notice = Symbol('notice')
        seen.push(request.uri())
        const ended = new Promise((end) => shown.set(notice, end))
        const close = async () => void shown.delete(notice)
        return { ended, close, [Symbol.asyncDispose]: close }
      },
    },
    seen: () => seen,
    showing: () => shown.size,
    dismiss: () => [...shown.values()].at(-1)({ reason: 'dismissed' }),
  }
}

/** Inboxes in memory. */
export function replyChannel() {
  const inboxes = new Map()
  let opened = 0
  return {
    channel: {
      id: 'inbox',
      mode: 'post',
      async open(_request, { signal } = {}) {
        signal?.throwIfAborted()
        const callback = `https://app.example/callback/${++opened}`
        inboxes.set(callback, { texts: [], changes: new EventTarget() })
        return { channel: 'inbox', callback, state: {} }
      },
      async *receive({ callback }, { signal } = {}) {
        signal?.throwIfAborted()
        for (let next = 0; ; next++) {
          while (next >= (inboxes.get(callback)?.texts.length ?? 0)) {
            const inbox = inboxes.get(callback)
            if (inbox === undefined) throw new UportError('CHANNEL_CLOSED', 'It was closed')
            await change(inbox.changes, signal)
          }
          yield JSON.parse(inboxes.get(callback).texts[next])
        }
      },
      async close({ callback }) {
        const inbox = inboxes.get(callback)
        inboxes.delete(callback)
        inbox?.changes.dispatchEvent(new Event('change'))
      },
    },
    async post(callback, body) {
      const inbox = inboxes.get(callback)
      inbox.texts.push(JSON.stringify(body))
      inbox.changes.dispatchEvent(new Event('change'))
    },
  }
}

function change(changes, signal) {
  return new Promise((resolve, reject) => {
    changes.addEventListener('change', resolve, { once: true })
    signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}

/** A store that lives by a clock of its own, and the hand on that clock. */
function timed(makeStore) {
  const clock = new ManualClock(START)
  return { store: makeStore({ clock }), now: () => clock.now(), advance: (seconds) => clock.advance(seconds) }
}

export const requestStore = () => timed(memoryRequestStore)

export async function topicStore() {
  const { memoryTopicStore } = await import('@uport-kit/relay-server')
  const made = timed(memoryTopicStore)
  return { ...made, close: () => made.store.close() }
}

export function walletStore() {
  const store = memoryWalletStore()
  return { store, reopen: () => store }
}
