import type { IncomingRequest, Intake, Options } from '@uport-kit/core'
import { describe, expect, it, vi } from 'vitest'
import { createWalletWorld, incoming, networkDown } from '../test-support/wallet-world.ts'

/** A way in that yields what it is given, when it is given. */
class PushedIntake implements Intake {
  readonly id = 'pushed'
  readonly #waiting: IncomingRequest[] = []
  #wake: () => void = () => {}

  push(request: IncomingRequest): void {
    this.#waiting.push(request)
    this.#wake()
  }

  async *requests({ signal }: Options = {}): AsyncGenerator<IncomingRequest> {
    for (;;) {
      const next = this.#waiting.shift()
      if (next !== undefined) yield next
      else {
        await new Promise<void>((resolve, reject) => {
          this.#wake = resolve
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
        })
      }
    }
  }
}

describe('Wallet.run', () => {
  it('answers what waited, then what comes in, and stops with its signal', async () => {
    const intake = new PushedIntake()
    const { wallet, request, sender } = await createWalletWorld('approve', { intakes: [intake] })
    await wallet.receive(await request())
    const stop = new AbortController()
    const running = wallet.run({ signal: stop.signal })
    await vi.waitFor(() => expect(sender.sent).toHaveLength(1))
    const scanned = incoming(await request())
    intake.push(incoming('nonsense'))
    intake.push(scanned)
    await vi.waitFor(() => expect(sender.sent).toHaveLength(2))
    expect(scanned.acknowledged).toBe(1)
    stop.abort(new Error('enough'))
    await running
  })

  it('shows first what the person has opened it with, and once where it is put off', async () => {
    const { wallet, request, prompt } = await createWalletWorld(() => ({ decision: 'later' }))
    const ids = []
    for (let count = 0; count < 3; count++) ids.push((await wallet.receive(await request()))[0]?.id)
    const stop = new AbortController()
    const running = wallet.run({ signal: stop.signal, first: ids[1] })
    await vi.waitFor(() => expect(prompt.screens).toHaveLength(3))
    expect(prompt.screens.map(({ id }) => id)).toEqual([ids[1], ids[0], ids[2]])
    stop.abort()
    await running
  })

  it('tells what became of each request, and which answers have not arrived', async () => {
    const { wallet, request, sender } = await createWalletWorld()
    const stop = new AbortController()
    const { id } = (await wallet.receive(await request()))[0] ?? { id: 'none' }
    sender.failure = networkDown()
    const outcomes: unknown[] = []
    const running = wallet.run({ signal: stop.signal, onOutcome: (outcome) => outcomes.push(outcome) })
    await vi.waitFor(() => expect(outcomes).toHaveLength(1))
    expect(outcomes).toEqual([{ id, decision: 'approved', delivered: false, returnUrl: undefined }])
    expect(await wallet.undelivered()).toEqual([id])
    sender.failure = undefined
    await wallet.deliver()
    expect(await wallet.undelivered()).toEqual([])
    stop.abort()
    await running
  })

  it('tries soon again what has not arrived, also what was answered beside the run', async () => {
    const { world, wallet, request, sender } = await createWalletWorld()
    const startedAt = world.clock.now()
    const stop = new AbortController()
    const running = wallet.run({ signal: stop.signal })
    sender.failure = networkDown()
    const [record] = await wallet.receive(await request())
    expect(await wallet.answer(record?.id ?? '')).toMatchObject({ decision: 'approved', delivered: false })
    sender.failure = undefined
    await vi.waitFor(() => {
      world.clock.advance(1)
      expect(sender.sent).toHaveLength(1)
    })
    expect(world.clock.now()).toBeLessThan(startedAt + 30)
    stop.abort()
    await running
  })

  it('does nothing where it is stopped already', async () => {
    const { wallet, request, sender } = await createWalletWorld()
    await wallet.receive(await request())
    await wallet.run({ signal: AbortSignal.abort() })
    expect(sender.sent).toEqual([])
  })

  it('takes the screen away when it stops, and keeps the request', async () => {
    const { wallet, request, restart } = await createWalletWorld()
    const stop = new AbortController()
    let calledOff = false
    const asking = restart({
      prompt: {
        ask: (_, { signal }) => {
          signal.addEventListener('abort', () => {
            calledOff = true
          })
          stop.abort()
          return new Promise(() => {})
        },
      },
    })
    await asking.receive(await request())
    await asking.run({ signal: stop.signal })
    expect(calledOff).toBe(true)
    expect(await wallet.pending.list()).toHaveLength(1)
  })

  it('tries again, later each time, what failed for the moment; and what was not delivered', async () => {
    const { world, wallet, request, sender } = await createWalletWorld()
    world.resolver.failing.add(world.app.did)
    sender.failure = networkDown()
    await wallet.receive(await request())
    const stop = new AbortController()
    const failures: unknown[] = []
    const running = wallet.run({ signal: stop.signal, onError: (_, id) => failures.push(id) })
    await vi.waitFor(() => expect(failures).toHaveLength(1))
    world.clock.advance(2)
    await vi.waitFor(() => expect(failures).toHaveLength(2))
    world.resolver.failing.clear()
    world.clock.advance(4)
    await vi.waitFor(async () => expect(await wallet.pending.list()).toEqual([]))
    expect(sender.sent).toEqual([])
    sender.failure = undefined
    await vi.waitFor(() => {
      world.clock.advance(60)
      expect(sender.sent).toHaveLength(1)
    })
    stop.abort()
    await running
  })

  it('asks once about what was put off, until it runs anew', async () => {
    const { wallet, request, prompt } = await createWalletWorld(() => ({ decision: 'later' }))
    await wallet.receive(await request())
    for (const times of [1, 2]) {
      const stop = new AbortController()
      const running = wallet.run({ signal: stop.signal })
      await vi.waitFor(() => expect(prompt.screens).toHaveLength(times))
      stop.abort()
      await running
    }
    expect(prompt.screens).toHaveLength(2)
  })

  it('asks again about what was put off and comes in once more', async () => {
    const intake = new PushedIntake()
    const { wallet, request, prompt } = await createWalletWorld(() => ({ decision: 'later' }), {
      intakes: [intake],
    })
    const text = await request()
    const stop = new AbortController()
    const running = wallet.run({ signal: stop.signal })
    for (const times of [1, 2]) {
      intake.push(incoming(text))
      await vi.waitFor(() => expect(prompt.screens).toHaveLength(times))
    }
    expect(await wallet.pending.list()).toHaveLength(1)
    stop.abort()
    await running
  })

  it('ends with a failure that nobody hears of, and goes on where somebody does', async () => {
    const { wallet, request, prompt } = await createWalletWorld(() => {
      throw new Error('the window crashed')
    })
    await wallet.receive(await request())
    await expect(wallet.run({ signal: new AbortController().signal })).rejects.toThrow('the window crashed')
    const stop = new AbortController()
    const heard: unknown[] = []
    const running = wallet.run({ signal: stop.signal, onError: (error) => heard.push(error) })
    await vi.waitFor(() => expect(heard).toHaveLength(1))
    prompt.script = 'approve'
    stop.abort()
    await running
    expect(await wallet.pending.list()).toHaveLength(1)
  })

  it('ends with an intake that fails', async () => {
    const broken: Intake = {
      id: 'broken',
      // biome-ignore lint/correctness/useYield: it fails before it yields anything
      async *requests() {
        throw new Error('no camera')
      },
    }
    const { wallet } = await createWalletWorld('approve', { intakes: [broken] })
    await expect(wallet.run({ signal: new AbortController().signal })).rejects.toThrow('no camera')
  })
})
