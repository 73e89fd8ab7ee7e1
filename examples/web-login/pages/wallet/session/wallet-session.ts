import { type Intake, isUportError } from '@uport-kit/core'
import { PushInbox } from '@uport-kit/transport-push'
import { ScanIntake } from '@uport-kit/transport-qr/scan'
import type { ConsentScreen, WalletOutcome } from '@uport-kit/wallet'
import { type AssembledWallet, assembleWallet } from '../assembly/assemble-wallet.ts'
import type { WalletParts } from '../assembly/open-parts.ts'
import { Installer } from './install.ts'
import { rememberName } from './known-names.ts'
import { Notices } from './notices.ts'
import { RequestDesk } from './request-desk.ts'

/** Not worth a word: what these say has been seen, or was answered in another tab. */
const QUIET: ReadonlySet<string> = new Set(['REQUEST_UNKNOWN', 'REQUEST_ALREADY_ANSWERED'])

/** The wallet at work in this page. */
export class WalletSession {
  readonly parts: WalletParts
  readonly wallet: AssembledWallet['wallet']
  readonly grants: AssembledWallet['grants']
  readonly desk = new RequestDesk()
  readonly notices = new Notices()
  readonly installer = new Installer()
  readonly scan = new ScanIntake()
  #running: AbortController | undefined
  /** Where to lead the person once everything is stored. */
  #destination: string | undefined

  constructor(parts: WalletParts) {
    this.parts = parts
    const { wallet, grants } = assembleWallet(parts, {
      prompt: this.desk,
      // Read when the wallet runs: the inbox needs the grants, which need the wallet.
      intakes: [this.scan, { id: 'push', requests: (options) => this.#inbox().requests(options) }],
      open: (url) => {
        this.#destination = url
      },
    })
    this.wallet = wallet
    this.grants = grants
    parts.store.onChange(() => void this.#noticeOtherTabs())
    addEventListener('online', () => void wallet.deliver().catch(() => undefined))
  }

  onChange(listener: () => void): () => void {
    return this.parts.store.onChange(listener)
  }

  async hasIdentity(): Promise<boolean> {
    return (await this.wallet.identities.list()).length > 0
  }

  /**
   * Begins to take requests in, where there is somebody who could answer them.
   *
   * @param opened what the person has opened the wallet with: a link, or the id of a request that waits. It comes before all others
   */
  async start(
    opened: { readonly link?: string | undefined; readonly id?: string | undefined } = {},
  ): Promise<void> {
    if (this.#running !== undefined || !(await this.hasIdentity())) return
    this.#running = new AbortController()
    const { signal } = this.#running
    const first = opened.link === undefined ? opened.id : await this.#takeLink(opened.link)
    this.wallet
      .run({
        signal,
        first,
        onError: (error, id) => this.#fail(error, id),
        onOutcome: (outcome) => this.#finish(outcome),
      })
      .catch((error: unknown) => this.#fail(error, undefined))
  }

  /** Ends the wallet's work in this page, and lets go of its databases. */
  stop(): void {
    this.#running?.abort()
    this.scan.close()
    const { keys, boxKeys, records } = this.parts
    for (const store of [keys, boxKeys, records]) store.close()
  }

  /**
   * Takes a link that the person pasted, and shows its request.
   *
   * @throws UportError where it is no request that waits to be answered: then nothing else is shown
   */
  async paste(text: string, signal: AbortSignal): Promise<void> {
    const incoming = { arrival: 'paste', text, acknowledge: async () => {} } as const
    for (const { uri } of await this.wallet.receive(incoming, { signal })) {
      // By way of an intake, so that it takes its turn; what it referred to is not fetched again.
      if (this.scan.paste(uri)) this.desk.expect()
    }
  }

  /** Shows a request that waits. */
  async review(id: string): Promise<void> {
    this.desk.expect()
    try {
      this.#finish(await this.wallet.answer(id))
    } catch (error) {
      this.#fail(error, id)
    }
  }

  /** Sends again what has not arrived. */
  async deliver(): Promise<void> {
    const left = await this.wallet.deliver()
    this.notices.add(
      left === 0 ? 'Everything has arrived.' : 'Still not reachable. It is tried again by itself.',
    )
  }

  /** @returns the id of its request; undefined where it is none that could be answered */
  async #takeLink(text: string): Promise<string | undefined> {
    this.desk.expect()
    try {
      const [record] = await this.wallet.receive({ arrival: 'link', text, acknowledge: async () => {} })
      return record?.id
    } catch (error) {
      this.#fail(error, undefined)
      return undefined
    }
  }

  #inbox(): Intake {
    return new PushInbox({ grants: this.grants })
  }

  #finish(outcome: WalletOutcome): void {
    const { state } = this.desk
    const returnUrl = outcome.returnUrl ?? this.#destination
    this.#destination = undefined
    if (outcome.decision === 'approved' && 'screen' in state && state.screen !== undefined) {
      void rememberName(this.parts.store, state.screen)
    }
    this.desk.finish({ ...outcome, returnUrl })
  }

  #fail(error: unknown, requestId: string | undefined): void {
    if (this.desk.fail(error, requestId)) return
    const code = isUportError(error) ? error.code : undefined
    if (code === undefined || QUIET.has(code) || (isUportError(error) && error.retryable)) return
    this.notices.add('A request could not be used. The activity log says why.', 'warning')
  }

  async #noticeOtherTabs(): Promise<void> {
    const { state } = this.desk
    if (state.kind !== 'asking' || isOver(state.screen)) return
    const isWaiting = (await this.wallet.pending.get(state.screen.id)) !== undefined
    if (!isWaiting) this.desk.answeredElsewhere(state.screen.id)
  }
}

function isOver({ expiresAt }: ConsentScreen): boolean {
  return expiresAt * 1000 <= Date.now()
}
