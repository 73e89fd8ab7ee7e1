import { ChainReader, httpRpc } from '@uport-kit/core/ethereum'
import type { AccountRecord } from '@uport-kit/wallet'
import { askFaucet } from '../assembly/create-identity.ts'
import { h } from '../dom/h.ts'
import { live } from '../dom/live.ts'
import { knownNames, nameOf } from '../session/known-names.ts'
import type { WalletSession } from '../session/wallet-session.ts'
import { shortDid, shortHex } from '../text/did-text.ts'
import { errorText } from '../text/error-text.ts'
import { roughEtherText } from '../text/ether-text.ts'
import { copyable, emptyState, theirs, viewHeading } from './common.ts'
import type { AppContext, View } from './view.ts'

/** The person's accounts: those of identities, and those that one site alone knows. */
export function accountsView({ session }: AppContext): View {
  const load = async () => {
    const [accounts, names] = await Promise.all([
      session.wallet.accounts.list(),
      knownNames(session.parts.store),
    ])
    return { accounts, names }
  }
  const part = live(session, load, ({ accounts, names }) =>
    accounts.length === 0
      ? [
          emptyState(
            'coins',
            'No accounts',
            'Your identity brings one along, and sites that ask for an account get one of their own.',
          ),
        ]
      : [
          h(
            'ul',
            { class: 'cards' },
            accounts.map((account) => h('li', {}, accountCard(account, names, session))),
          ),
        ],
  )
  const element = h('div', { class: 'stack view' }, viewHeading('Accounts'), part.element)
  return { title: 'Accounts', element, dispose: part.dispose }
}

function accountCard(
  account: AccountRecord,
  names: ReadonlyMap<string, string>,
  session: WalletSession,
): HTMLElement {
  const { address, mnid, requester, network } = account
  const balance = h('p', { class: 'amount', 'aria-live': 'polite' }, '…')
  const show = async (): Promise<void> => {
    balance.textContent = await balanceText(account, session)
  }
  const isOurs = session.wallet.networks.isKnown(network)
  const ask = h(
    'button',
    { type: 'button', class: 'button quiet small', on: { click: () => void fund() } },
    'Get test ether',
  )
  const fund = async (): Promise<void> => {
    ask.disabled = true
    try {
      await askFaucet(address)
      await show()
    } catch (error) {
      session.notices.add(errorText(error), 'warning')
    }
    ask.disabled = false
  }
  void show()
  return h(
    'section',
    { class: 'card account', 'aria-label': `Account ${shortHex(address)}` },
    h(
      'p',
      { class: 'eyebrow' },
      requester === undefined
        ? 'Your identity’s account'
        : ['Only for ', theirs(nameOf(names, requester) ?? shortDid(requester))],
    ),
    balance,
    h(
      'div',
      { class: 'stack tight' },
      h('div', {}, copyable(address, 'the address', shortHex(address))),
      h('div', { class: 'soft small' }, 'MNID ', copyable(mnid, 'the MNID', shortHex(mnid))),
    ),
    isOurs && h('div', {}, ask),
  )
}

async function balanceText(
  { address, network, requester }: AccountRecord,
  { wallet }: WalletSession,
): Promise<string> {
  const known = await wallet.networks.find(network, requester)
  if (known === undefined || !wallet.networks.isKnown(network)) return 'On the site’s own chain'
  try {
    return roughEtherText(await new ChainReader(httpRpc(known.rpcUrl)).balance(address, 'latest', {}))
  } catch {
    return 'The chain cannot be reached'
  }
}
