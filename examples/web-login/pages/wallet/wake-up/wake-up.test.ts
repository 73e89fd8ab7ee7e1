import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { registerAgain } from '../worker/register-again.ts'
import { WakeUp, type WakeUpParts } from './wake-up.ts'

const PLAIN = { endpoint: 'https://push.example/x', keys: { p256dh: 'p', auth: 'a' } }
const subscriptionOf = (json: object) => ({ toJSON: () => json, unsubscribe: async () => true })

/** A browser, as far as waking it is concerned. */
function createBrowser() {
  const state = { subscription: undefined as object | undefined }
  const pushManager = {
    getSubscription: vi.fn(async () => state.subscription ?? null),
    subscribe: vi.fn(async () => {
      state.subscription = subscriptionOf({ ...PLAIN, expirationTime: null })
      return state.subscription
    }),
  }
  const registration = { pushManager }
  const container = {
    addEventListener: vi.fn(),
    register: vi.fn(),
    getRegistration: async () => registration,
    ready: Promise.resolve(registration),
  }
  return { state, pushManager, container }
}

function createWakeUp() {
  const browser = createBrowser()
  const grants = { wakeKey: vi.fn(async (): Promise<string | undefined> => 'key') }
  const inbox = { register: vi.fn(async () => {}), unregister: vi.fn(async () => {}) }
  const parts = { grants, inbox, container: browser.container } as never as WakeUpParts
  return { ...browser, grants, inbox, wakeUp: new WakeUp(parts) }
}

const permit = (permission: string, answer = permission) =>
  vi.stubGlobal('Notification', { permission, requestPermission: async () => answer })

beforeEach(() => permit('granted'))
afterEach(() => vi.unstubAllGlobals())

describe('waking by Web Push', () => {
  it('is turned on for a click: the push server learns the subscription, and nothing else of it', async () => {
    const { wakeUp, inbox, pushManager } = createWakeUp()
    expect(await wakeUp.state()).toBe('off')
    expect(await wakeUp.turnOn()).toBeUndefined()
    expect(pushManager.subscribe).toHaveBeenCalledWith({ userVisibleOnly: true, applicationServerKey: 'key' })
    expect(inbox.register).toHaveBeenCalledWith(PLAIN)
    expect(await wakeUp.state()).toBe('on')
  })

  it.each([
    ['denied', () => permit('default', 'denied')],
    ['server', ({ grants }) => grants.wakeKey.mockResolvedValue(undefined)],
    ['server', ({ grants }) => grants.wakeKey.mockRejectedValue(new Error('away'))],
    [
      'no-service',
      ({ pushManager }) => pushManager.subscribe.mockRejectedValue(new DOMException('no', 'AbortError')),
    ],
    ['server', ({ inbox }) => inbox.register.mockRejectedValue(new Error('away'))],
  ] as readonly [string, (all: ReturnType<typeof createWakeUp>) => void][])(
    'or says why not: %s',
    async (why, break_) => {
      const all = createWakeUp()
      break_(all)
      expect(await all.wakeUp.turnOn()).toBe(why)
    },
  )

  it('registers at each start what it has, and follows the worker to a place', async () => {
    const all = createWakeUp()
    all.state.subscription = subscriptionOf(PLAIN)
    const onGo = vi.fn()
    await all.wakeUp.start(onGo)
    expect(all.inbox.register).toHaveBeenCalledWith(PLAIN)
    const [, listener] = all.container.addEventListener.mock.calls[0] ?? []
    for (const data of [{ type: 'go', path: '/request/x' }, { type: 'go', path: 7 }, null, { type: 'x' }])
      listener({ data })
    expect(onGo.mock.calls).toEqual([['/request/x']])
  })

  it('registers nothing at a start without a subscription', async () => {
    const { wakeUp, inbox } = createWakeUp()
    await wakeUp.start(() => {})
    expect(inbox.register).not.toHaveBeenCalled()
  })

  it('is turned off here and at the push server', async () => {
    const { wakeUp, inbox, state } = createWakeUp()
    const subscription = subscriptionOf(PLAIN)
    const unsubscribe = vi.spyOn(subscription, 'unsubscribe')
    state.subscription = subscription
    await wakeUp.turnOff()
    expect(unsubscribe).toHaveBeenCalled()
    expect(inbox.unregister).toHaveBeenCalled()
  })

  it('is not there in a browser without it', async () => {
    permit('denied')
    expect(await createWakeUp().wakeUp.state()).toBe('denied')
    vi.unstubAllGlobals()
    vi.stubGlobal('Notification', undefined)
    expect(await createWakeUp().wakeUp.state()).toBe('unsupported')
  })
})

describe('a subscription that the browser replaced', () => {
  const open = () => {
    const { pushManager, inbox, grants } = createWakeUp()
    const opened = { inbox, grants, close: vi.fn() }
    const again = (fresh?: object) =>
      registerAgain(fresh as never, { pushManager } as never, async () => opened as never)
    return { pushManager, inbox, grants, opened, again }
  }

  it('is told to the push server', async () => {
    const { inbox, opened, pushManager, again } = open()
    await again(subscriptionOf(PLAIN))
    expect(inbox.register).toHaveBeenCalledWith(PLAIN)
    expect(pushManager.subscribe).not.toHaveBeenCalled()
    expect(opened.close).toHaveBeenCalled()
  })

  it('is made anew where the browser leaves that to the worker', async () => {
    const { inbox, again } = open()
    await again()
    expect(inbox.register).toHaveBeenCalledWith(PLAIN)
  })

  it('ends where there can be none any more', async () => {
    const { inbox, grants, again } = open()
    grants.wakeKey.mockResolvedValue(undefined)
    await again()
    await again(subscriptionOf({ endpoint: PLAIN.endpoint }))
    expect(inbox.unregister).toHaveBeenCalledTimes(2)
    expect(inbox.register).not.toHaveBeenCalled()
  })
})
