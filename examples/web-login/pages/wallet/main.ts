import { loadConfig } from './assembly/load-config.ts'
import { openParts } from './assembly/open-parts.ts'
import { h } from './dom/h.ts'
import { WalletSession } from './session/wallet-session.ts'
import { showApp } from './show-app.ts'
import { errorText } from './text/error-text.ts'
import { admitOwnScripts } from './trusted-types.ts'
import { startWorker } from './worker/start-worker.ts'

admitOwnScripts()

try {
  const session = new WalletSession(await openParts(await loadConfig()))
  const onGo = await showApp(session)
  await startWorker({ grants: session.grants, onGo })
} catch (error) {
  const again = h(
    'button',
    { type: 'button', class: 'button', on: { click: () => location.reload() } },
    'Try again',
  )
  document.body.replaceChildren(
    h(
      'main',
      { class: 'stack broken' },
      h('h1', {}, 'The wallet cannot start'),
      h('p', { role: 'alert' }, errorText(error)),
      h('div', {}, again),
    ),
  )
  throw error
}
