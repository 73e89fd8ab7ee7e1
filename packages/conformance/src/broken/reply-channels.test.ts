import {
  type JsonObject,
  type ReplyAddress,
  type ReplyBody,
  type ReplyChannel,
  UportError,
} from '@uport-kit/core'
import { describe } from 'vitest'
import { type ReplyChannelSubject, replyChannelCases } from '../index.ts'
import { expectFailures, expectSound } from './expect-failures.ts'

/** Inboxes in memory, by callback; whoever waits is woken by whatever happens. */
class Inboxes {
  readonly #bodies = new Map<string, string[]>()
  readonly #waiting = new Set<() => void>()
  #opened = 0

  open(): string {
    const callback = `https://app.example/callback/${++this.#opened}`
    this.#bodies.set(callback, [])
    return callback
  }

  bodies(callback: string): readonly string[] | undefined {
    return this.#bodies.get(callback)
  }

  post(callback: string, body: JsonObject): void {
    this.#bodies.get(callback)?.push(JSON.stringify(body))
    this.#wake()
  }

  close(callback: string): void {
    this.#bodies.delete(callback)
    this.#wake()
  }

  /** Resolves when something has happened; rejects with the signal's reason. */
  change(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      this.#waiting.add(resolve)
    })
  }

  #wake(): void {
    for (const wake of this.#waiting) wake()
    this.#waiting.clear()
  }
}

interface Flaws {
  readonly sameCallback?: boolean
  readonly keepsPlace?: boolean
  readonly newestFirst?: boolean
  readonly doesNotWait?: boolean
  readonly deaf?: boolean
  readonly staysOpen?: boolean
  readonly sleepsThroughClosing?: boolean
  readonly closesOnce?: boolean
  readonly onlyThisProcess?: boolean
  readonly assignsMembers?: boolean
  readonly mode?: string
  readonly address?: Partial<ReplyAddress>
  readonly readsWhatComesLater?: boolean
}

function subject(flaws: Flaws = {}): ReplyChannelSubject {
  const inboxes = new Inboxes()
  const shared = inboxes.open()
  const places = new Map<string, number>()
  const known = new WeakSet<ReplyAddress>()
  const closed = new Set<string>()
  const read = (text: string): ReplyBody => {
    const body: JsonObject = JSON.parse(text)
    if (!flaws.assignsMembers) return body
    const copy: Record<string, JsonObject[string]> = {}
    for (const [name, value] of Object.entries(body)) copy[name] = value
    return copy
  }
  const gone = () => new UportError('CHANNEL_CLOSED', 'closed', { data: { channel: 'inbox' } })
  const channel: ReplyChannel = {
    id: 'inbox',
    mode: (flaws.mode ?? 'post') as 'post',
    open: async (_request, options) => {
      if (!flaws.deaf) options?.signal?.throwIfAborted()
      const callback = flaws.sameCallback ? shared : inboxes.open()
      const address = { channel: 'inbox', callback, state: {}, ...flaws.address }
      known.add(address)
      return address
    },
    async *receive(address, options) {
      if (!flaws.deaf) options?.signal?.throwIfAborted()
      if (flaws.onlyThisProcess && !known.has(address)) throw gone()
      const { callback } = address
      let next = flaws.keepsPlace ? (places.get(callback) ?? 0) : 0
      if (flaws.readsWhatComesLater) next = inboxes.bodies(callback)?.length ?? 0
      while (true) {
        const bodies = inboxes.bodies(callback)
        if (bodies === undefined && !flaws.sleepsThroughClosing) throw gone()
        if (bodies === undefined && next === 0) throw gone()
        const ordered = flaws.newestFirst ? [...(bodies ?? [])].reverse() : (bodies ?? [])
        for (; next < ordered.length; ) {
          places.set(callback, next + 1)
          yield read(ordered[next++] ?? '')
        }
        if (flaws.doesNotWait) return
        const changed = (inboxes.bodies(callback)?.length ?? -1) !== (bodies?.length ?? -1)
        if (!changed) await inboxes.change(flaws.deaf ? undefined : options?.signal)
      }
    },
    close: async ({ callback }) => {
      if (flaws.closesOnce && closed.has(callback)) throw gone()
      closed.add(callback)
      if (!flaws.staysOpen) inboxes.close(callback)
    },
  }
  return { channel, post: async (callback, body) => inboxes.post(callback, body), now: () => 1_700_000_000 }
}

const flawed = (flaw: string, flaws: Flaws, ...fails: readonly string[]) => ({
  flaw,
  makeSubject: () => subject(flaws),
  fails,
})

describe('replyChannelCases', () => {
  expectSound(replyChannelCases, () => subject())
  expectSound(replyChannelCases, () => ({ ...subject(), takesOne: true }), ['RC-06', 'RC-07', 'RC-12'])
  expectFailures(replyChannelCases, [
    flawed('names a mode of its own', { mode: 'fax' }, 'RC-01'),
    flawed('gives addresses of another channel', { address: { channel: 'other' } }, 'RC-02'),
    flawed(
      'reads only what comes later',
      { readsWhatComesLater: true },
      'RC-04',
      'RC-06',
      'RC-07',
      'RC-08',
      'RC-09',
      'RC-12',
      'RC-14',
      'RC-15',
      'RC-16',
    ),
    flawed('gives every request the same callback', { sameCallback: true }, 'RC-03', 'RC-09', 'RC-14'),
    flawed('does not wait', { doesNotWait: true }, 'RC-05', 'RC-10', 'RC-15'),
    flawed('yields the newest first', { newestFirst: true }, 'RC-06', 'RC-07', 'RC-12'),
    flawed('goes on where the last reader stopped', { keepsPlace: true }, 'RC-07', 'RC-12'),
    flawed('knows addresses of its own process alone', { onlyThisProcess: true }, 'RC-08'),
    flawed('does not hear an abort', { deaf: true }, 'RC-10', 'RC-11'),
    flawed('stays open when it is closed', { staysOpen: true }, 'RC-13', 'RC-15'),
    flawed('fails to close twice', { closesOnce: true }, 'RC-14'),
    flawed('waits on at a closed address', { sleepsThroughClosing: true }, 'RC-15'),
    flawed('copies members by assignment', { assignsMembers: true }, 'RC-16'),
  ])
})
