import { h } from '../dom/h.ts'
import { type IconName, icon } from '../dom/icon.ts'
import { live } from '../dom/live.ts'
import { wakeUpCard } from '../wake-up/wake-up-card.ts'
import { wakeUpOf } from '../worker/start-worker.ts'
import { viewHeading } from './common.ts'
import { identityCard } from './home-view.ts'
import type { AppContext, View } from './view.ts'

const STORAGE = {
  persistent: 'The browser keeps the wallet until you delete it.',
  'best-effort': 'The browser may delete the wallet when space is short. Make a backup.',
  unknown: 'The browser does not say how long it keeps the wallet. Make a backup.',
} as const

/** Backup, who may push, installing, and the end of everything. */
export function settingsView({ session }: AppContext): View {
  const { installer } = session
  const identities = live(
    session,
    () => session.wallet.identities.list(),
    (records) => records.map(identityCard),
  )
  const install = h(
    'button',
    { type: 'button', class: 'button quiet small', on: { click: () => void installer.install() } },
    'Install',
  )
  const installRow = settingRow(
    'home',
    'Install the wallet',
    'As an app of its own on this device; it starts without a network, too.',
    install,
  )
  const showInstall = (): void => {
    installRow.hidden = !installer.canInstall || installer.isInstalled
  }
  const end = installer.onChange(showInstall)
  showInstall()
  const storage = h('p', { class: 'soft small' })
  void session.parts.keys.persistence().then((answer) => {
    storage.textContent = STORAGE[answer]
  })
  const element = h(
    'div',
    { class: 'stack view' },
    viewHeading('Settings'),
    h('div', { class: 'identities' }, identities.element),
    h(
      'ul',
      { class: 'rows' },
      h(
        'li',
        {},
        rowLink(
          '/backup',
          'download',
          'Backup',
          'A file under a passphrase. Without it, a lost browser is a lost identity.',
        ),
      ),
      h('li', {}, rowLink('/details', 'person', 'Your details', 'What sites ask for most, proposed to you')),
      h('li', {}, rowLink('/create', 'key', 'Another identity', 'With a key and an account of its own')),
      h('li', {}, rowLink('/apps', 'bell', 'Who may push', 'Sites that may push requests to this wallet')),
      installRow,
    ),
    wakeUpCard(wakeUpOf({ grants: session.grants })),
    h(
      'section',
      { class: 'stack tight', 'aria-labelledby': 'storage' },
      h('h2', { class: 'section-title', id: 'storage' }, 'On this device'),
      storage,
    ),
    h('div', {}, h('a', { class: 'button danger', href: '/delete' }, icon('trash'), 'Delete this wallet…')),
  )
  return {
    title: 'Settings',
    element,
    dispose: () => {
      identities.dispose()
      end()
    },
  }
}

function rowLink(href: string, symbol: IconName, title: string, text: string): HTMLElement {
  return h(
    'a',
    { class: 'row-button', href },
    icon(symbol, 'icon row-icon'),
    h(
      'span',
      { class: 'row-text' },
      h('span', { class: 'row-title' }, title),
      h('span', { class: 'row-more' }, text),
    ),
    icon('next', 'icon row-go'),
  )
}

function settingRow(symbol: IconName, title: string, text: string, button: HTMLElement): HTMLElement {
  return h(
    'li',
    { class: 'line' },
    icon(symbol, 'icon row-icon'),
    h(
      'span',
      { class: 'row-text' },
      h('span', { class: 'row-title' }, title),
      h('span', { class: 'row-more' }, text),
    ),
    button,
  )
}
