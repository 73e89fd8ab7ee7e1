import type { PushGrantRecord } from '@uport-kit/transport-push'
import { h } from '../dom/h.ts'
import { live } from '../dom/live.ts'
import { knownNames, nameOf } from '../session/known-names.ts'
import type { WalletSession } from '../session/wallet-session.ts'
import { shortDid } from '../text/did-text.ts'
import { errorText } from '../text/error-text.ts'
import { dateText } from '../text/time-text.ts'
import { backLink, copyable, emptyState, theirs, viewHeading } from './common.ts'
import { removal } from './credentials-view.ts'
import type { AppContext, View } from './view.ts'

/** Who may push requests to this wallet, until the person takes it back. */
export function appsView({ session }: AppContext): View {
  const load = async () => {
    const [grants, names] = await Promise.all([session.grants.list(), knownNames(session.parts.store)])
    return { grants, names }
  }
  const part = live(session, load, ({ grants, names }) =>
    grants.length === 0
      ? [
          emptyState(
            'bell',
            'Nobody may push',
            'Where a site asks for it, you can allow it to push requests to this wallet.',
          ),
        ]
      : [
          h(
            'ul',
            { class: 'cards' },
            grants.map((grant) => h('li', {}, grantCard(grant, nameOf(names, grant.audience), session))),
          ),
        ],
  )
  const element = h(
    'div',
    { class: 'stack view' },
    backLink('/settings', 'Settings'),
    viewHeading('Who may push'),
    part.element,
  )
  return { title: 'Who may push', element, dispose: part.dispose }
}

function grantCard(
  { id, audience, expiresAt }: PushGrantRecord,
  name: string | undefined,
  session: WalletSession,
): HTMLElement {
  const revoke = async (): Promise<void> => {
    try {
      await session.grants.revoke(id)
      session.notices.add('It may not push any more.')
    } catch (error) {
      session.notices.add(`It may still push. ${errorText(error)}`, 'warning')
    }
  }
  return h(
    'section',
    { class: 'card', 'aria-label': name ?? shortDid(audience) },
    h(
      'div',
      { class: 'stack tight' },
      h('h2', { class: 'card-title' }, theirs(name ?? 'A site')),
      copyable(audience, 'DID of the site'),
      h('p', { class: 'soft small' }, `Until ${dateText(expiresAt)}, or until you take it back`),
    ),
    removal(
      'Take it back',
      'The site’s mailbox at the push server is deleted, with what is in it.',
      () => void revoke(),
    ),
  )
}
