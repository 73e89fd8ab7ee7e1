import type { PushGrants, PushInbox } from '@uport-kit/transport-push'
import { toWakeSubscription } from './wake-subscription.ts'

/** Whether requests reach a wallet that is closed. While it is open they always do. */
export type WakeUpState =
  /** The browser has no push messages. */
  | 'unsupported'
  /** The person has refused notifications, and only the browser's settings change that. */
  | 'denied'
  | 'off'
  | 'on'

/** Why it could not be turned on. */
export type WakeUpFailure = 'denied' | 'no-service' | 'server'

export interface WakeUpParts {
  readonly grants: Pick<PushGrants, 'wakeKey'>
  readonly inbox: Pick<PushInbox, 'register' | 'unregister'>
  readonly container?: ServiceWorkerContainer | undefined
}

/** The service worker of the wallet, and the messages that wake it. */
export class WakeUp {
  readonly #grants: WakeUpParts['grants']
  readonly #inbox: WakeUpParts['inbox']
  readonly #container: ServiceWorkerContainer | undefined

  constructor({ grants, inbox, container = globalThis.navigator.serviceWorker }: WakeUpParts) {
    this.#grants = grants
    this.#inbox = inbox
    this.#container = container
  }

  /**
   * Registers the worker, and tells the push server where this browser is woken: at each start, because browsers replace
   * subscriptions. What fails here leaves the wallet as it is, reachable while it is open.
   *
   * @param onGo the worker leads to a place of the wallet
   */
  async start(onGo: (path: string) => void): Promise<void> {
    if (this.#container === undefined) return
    this.#container.addEventListener('message', ({ data }) => {
      const { type, path } = Object(data) as { readonly type?: unknown; readonly path?: unknown }
      if (type === 'go' && typeof path === 'string') onGo(path)
    })
    await this.#container.register('/service-worker.js')
    if ((await this.state()) === 'on') await this.#register()
  }

  async state(): Promise<WakeUpState> {
    const registration = await this.#container?.getRegistration()
    if (registration?.pushManager === undefined || globalThis.Notification === undefined) return 'unsupported'
    if (Notification.permission === 'denied') return 'denied'
    const subscription = await registration.pushManager.getSubscription()
    return subscription !== null && Notification.permission === 'granted' ? 'on' : 'off'
  }

  /** Asks the person for leave, and subscribes. Call it from a click. @returns undefined where it is on */
  async turnOn(): Promise<WakeUpFailure | undefined> {
    if ((await Notification.requestPermission()) !== 'granted') return 'denied'
    const applicationServerKey = await this.#grants.wakeKey().catch(() => undefined)
    const registration = await this.#container?.ready
    if (applicationServerKey === undefined || registration === undefined) return 'server'
    try {
      await registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey })
    } catch {
      return 'no-service'
    }
    return await this.#register().then(
      () => undefined,
      () => 'server' as const,
    )
  }

  /** Ends the subscription here, and then at the push server. */
  async turnOff(): Promise<void> {
    const registration = await this.#container?.getRegistration()
    await (await registration?.pushManager.getSubscription())?.unsubscribe()
    await this.#inbox.unregister()
  }

  async #register(): Promise<void> {
    const registration = await this.#container?.getRegistration()
    const subscription = (await registration?.pushManager.getSubscription()) ?? undefined
    const wake = subscription === undefined ? undefined : toWakeSubscription(subscription)
    if (wake !== undefined) await this.#inbox.register(wake)
  }
}
