import type { Router } from '../session/router.ts'
import type { WalletSession } from '../session/wallet-session.ts'

/** What every view is given. */
export interface AppContext {
  readonly session: WalletSession
  readonly router: Router
}

/** One view on the screen. */
export interface View {
  /** For the window; the same as its first heading. */
  readonly title: string
  readonly element: HTMLElement
  /** Ends its work when another view takes its place. */
  readonly dispose?: (() => void) | undefined
}

export type CreateView = (context: AppContext, path: string) => View
