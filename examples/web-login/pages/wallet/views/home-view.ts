import { decodeJwt, parseRequestUri } from '@uport-kit/core'
import type { Activity, IdentityRecord, PendingRecord } from '@uport-kit/wallet'
import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import { live } from '../dom/live.ts'
import { knownNames, nameOf } from '../session/known-names.ts'
import type { WalletSession } from '../session/wallet-session.ts'
import { mnidOf, shortDid, shortHex } from '../text/did-text.ts'
import { timeAgo } from '../text/time-text.ts'
import { activityItem } from './activity-item.ts'
import { copyable, theirs } from './common.ts'
import type { AppContext, View } from './view.ts'

const RECENT = 5

interface HomeData {
  readonly identities: readonly IdentityRecord[]
  readonly pending: readonly PendingRecord[]
  readonly undelivered: number
  readonly activity: readonly Activity[]
  readonly names: ReadonlyMap<string, string>
}

export function homeView({ session }: AppContext): View {
  const part = live(
    session,
    () => load(session),
    (data) => render(data, session),
  )
  return { title: 'Home', element: part.element, dispose: part.dispose }
}

async function load({ wallet, parts }: WalletSession): Promise<HomeData> {
  const [identities, pending, undelivered, activity, names] = await Promise.all([
    wallet.identities.list(),
    wallet.pending.list(),
    wallet.undelivered(),
    wallet.activity.list(),
    knownNames(parts.store),
  ])
  const recent = activity.filter(({ kind }) => kind !== 'received').slice(-RECENT)
  return { identities, pending, undelivered: undelivered.length, activity: recent.reverse(), names }
}

function render(data: HomeData, session: WalletSession): readonly Node[] {
  const { identities, pending, undelivered, activity, names } = data
  const sections: Node[] = [
    h('h1', { class: 'visually-hidden', tabindex: '-1' }, 'Home'),
    h('div', { class: 'identities' }, identities.map(identityCard)),
    h(
      'div',
      { class: 'actions' },
      h('a', { class: 'button large', href: '/scan' }, icon('scan'), 'Scan a code'),
      h('a', { class: 'button quiet large', href: '/paste' }, icon('link'), 'Paste a link'),
    ),
  ]
  if (undelivered > 0) sections.push(undeliveredCard(undelivered, session))
  if (pending.length > 0) sections.push(pendingSection(pending, names, session))
  sections.push(activitySection(activity, names))
  return sections
}

/** The person's own card: what others get to know of them at least. */
export function identityCard({ did, label }: IdentityRecord): HTMLElement {
  const mnid = mnidOf(did)
  return h(
    'section',
    { class: 'identity', 'aria-label': 'Your identity' },
    h('div', { class: 'identity-head' }, icon('shield', 'icon identity-mark'), h('span', {}, 'Identity')),
    h('h2', { class: 'identity-name' }, theirs(label === undefined || label === '' ? 'Nameless' : label)),
    h('div', { class: 'identity-lines' }, [
      h('div', {}, h('span', { class: 'identity-key' }, 'DID'), copyable(did, 'DID')),
      mnid !== undefined &&
        h('div', {}, h('span', { class: 'identity-key' }, 'MNID'), copyable(mnid, 'MNID', shortHex(mnid))),
    ]),
  )
}

function undeliveredCard(count: number, session: WalletSession): HTMLElement {
  const what = count === 1 ? 'One answer has' : `${count} answers have`
  return h(
    'section',
    { class: 'card flat banner warn', 'aria-label': 'Answers on their way' },
    icon('warning'),
    h(
      'div',
      { class: 'stack tight' },
      h(
        'p',
        {},
        h('strong', {}, `${what} not arrived yet. `),
        'The site cannot be reached. It is stored here, and sent again by itself.',
      ),
      h(
        'div',
        {},
        h(
          'button',
          { type: 'button', class: 'button quiet small', on: { click: () => void session.deliver() } },
          'Try again now',
        ),
      ),
    ),
  )
}

function pendingSection(
  pending: readonly PendingRecord[],
  names: ReadonlyMap<string, string>,
  session: WalletSession,
): HTMLElement {
  return h(
    'section',
    { class: 'stack tight', 'aria-labelledby': 'pending' },
    h('h2', { id: 'pending', class: 'section-title' }, 'Waiting for you'),
    h(
      'ul',
      { class: 'rows' },
      pending.map((record) => pendingRow(record, names, session)),
    ),
  )
}

/** Nothing of it is verified yet: that is done when it is opened. */
function pendingRow(
  record: PendingRecord,
  names: ReadonlyMap<string, string>,
  session: WalletSession,
): HTMLElement {
  const issuer = issuerOf(record)
  const known = issuer === undefined ? undefined : nameOf(names, issuer)
  return h(
    'li',
    {},
    h(
      'button',
      { type: 'button', class: 'row-button', on: { click: () => void session.review(record.id) } },
      icon('bell', 'icon row-icon'),
      h(
        'span',
        { class: 'row-text' },
        h(
          'span',
          { class: 'row-title' },
          known === undefined ? 'A request' : ['A request of ', theirs(known)],
        ),
        h(
          'span',
          { class: 'row-more' },
          `${issuer === undefined ? 'unsigned' : shortDid(issuer)} · ${timeAgo(record.receivedAt, Date.now() / 1000)}`,
        ),
      ),
      icon('next', 'icon row-go'),
    ),
  )
}

function issuerOf({ uri }: PendingRecord): string | undefined {
  try {
    const parsed = parseRequestUri(uri)
    const { iss } = 'jwt' in parsed && typeof parsed.jwt === 'string' ? decodeJwt(parsed.jwt).payload : {}
    return typeof iss === 'string' ? iss : undefined
  } catch {
    return undefined
  }
}

function activitySection(activity: readonly Activity[], names: ReadonlyMap<string, string>): HTMLElement {
  return h(
    'section',
    { class: 'stack tight', 'aria-labelledby': 'recent' },
    h(
      'div',
      { class: 'row between' },
      h('h2', { id: 'recent', class: 'section-title' }, 'Recent activity'),
      activity.length > 0 && h('a', { class: 'small', href: '/activity' }, 'All activity'),
    ),
    activity.length === 0
      ? h(
          'p',
          { class: 'soft hint' },
          'Nothing yet. Scan the code that a site shows you, or open its link on this device.',
        )
      : h(
          'ul',
          { class: 'rows' },
          activity.map((line) => activityItem(line, names)),
        ),
  )
}
