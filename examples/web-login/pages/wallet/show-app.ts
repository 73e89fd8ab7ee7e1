import { Router } from './session/router.ts'
import { waitingLink } from './session/waiting-link.ts'
import type { WalletSession } from './session/wallet-session.ts'
import { viewOf } from './views/routes.ts'
import { Shell } from './views/shell.ts'
import type { AppContext } from './views/view.ts'

/**
 * Puts the wallet into the page, and keeps what is shown, the address and the desk in step.
 *
 * @returns leads to a place of the wallet
 */
export async function showApp(session: WalletSession): Promise<(path: string) => void> {
  const router = new Router()
  const context: AppContext = { session, router }
  const { desk } = session
  if (router.path.startsWith('/req/')) {
    // The address is the request: it is taken out, so that a reload does not bring it again.
    waitingLink.keep(location.href)
    history.replaceState(undefined, '', '/')
  }
  const shell = new Shell(context)
  let hasIdentity = false
  let shown: string | undefined

  const show = (): void => {
    const { path } = router
    const { create, name, isFramed } = viewOf(path, hasIdentity)
    const before = shown
    if (before === 'request' && name === 'request') return
    shown = name
    // Back, or another link: what was asked is put off, and how it ended has been seen.
    if (before === 'request') desk.leave()
    // The next request has taken the place already.
    if (shown === name) shell.show(create, context, path, isFramed)
  }
  const follow = (): void => {
    if (desk.state.kind !== 'idle') router.go('/request')
    else if (shown === 'request') router.go('/', 'replace')
  }
  const begin = async (): Promise<void> => {
    if (hasIdentity || !(await session.hasIdentity())) return
    hasIdentity = true
    await session.start({ link: waitingLink.take(), id: requestId(router.path) })
  }

  await begin()
  document.body.prepend(shell.element)
  if (desk.state.kind !== 'idle') router.go('/request', 'replace')
  else if (isRequest(router.path)) router.go('/', 'replace')
  router.onChange(show)
  desk.onChange(follow)
  session.onChange(() => {
    if (hasIdentity) return
    void begin().then(() => {
      // Whatever makes the first identity leads here when it has done all that it does.
      if (hasIdentity && router.path === '/') show()
    })
  })
  show()
  return (path) => {
    const id = requestId(path)
    if (id !== undefined) void session.review(id)
    else router.go(path)
  }
}

function isRequest(path: string): boolean {
  return path === '/request' || path.startsWith('/request/')
}

/** The request that a notification leads to. */
function requestId(path: string): string | undefined {
  return /^\/request\/([\w-]+)$/.exec(path)?.[1]
}
