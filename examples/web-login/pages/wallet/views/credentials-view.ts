import type { CredentialRecord } from '@uport-kit/wallet'
import { jsonView } from '../consent/json-view.ts'
import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import { live } from '../dom/live.ts'
import { knownNames, nameOf } from '../session/known-names.ts'
import { claimLabel, valueText } from '../text/claim-text.ts'
import { shortDid } from '../text/did-text.ts'
import { dateText, momentText } from '../text/time-text.ts'
import { backLink, copyable, emptyState, fact, theirs, viewHeading } from './common.ts'
import type { AppContext, View } from './view.ts'

type Names = ReadonlyMap<string, string>

/** What others confirm about the person. */
export function credentialsView({ session }: AppContext): View {
  const load = async () => {
    const [records, names] = await Promise.all([
      session.wallet.credentials.list({ expired: true }),
      knownNames(session.parts.store),
    ])
    return { records, names }
  }
  const part = live(session, load, ({ records, names }) =>
    records.length === 0
      ? [
          emptyState(
            'card',
            'No credentials yet',
            'When an issuer confirms something about you, it is kept here. You decide who sees it.',
          ),
        ]
      : [
          h(
            'ul',
            { class: 'cards' },
            records.map((record) => item(record, names)),
          ),
        ],
  )
  const element = h('div', { class: 'stack view' }, viewHeading('Credentials'), part.element)
  return { title: 'Credentials', element, dispose: part.dispose }
}

function item({ id, issuer, claim, expiresAt }: CredentialRecord, names: Names): HTMLElement {
  const isOver = hasExpired(expiresAt)
  return h(
    'li',
    {},
    h(
      'a',
      { class: isOver ? 'credential is-over' : 'credential', href: `/credentials/${id}` },
      h('span', { class: 'credential-kind' }, theirs(titleOf(claim))),
      h('span', { class: 'credential-value' }, theirs(summaryOf(claim))),
      h(
        'span',
        { class: 'credential-foot' },
        h('span', {}, 'by ', theirs(nameOf(names, issuer) ?? shortDid(issuer))),
        h('span', {}, expiryText(expiresAt)),
      ),
    ),
  )
}

function titleOf(claim: CredentialRecord['claim']): string {
  return Object.keys(claim).map(claimLabel).join(', ') || 'Empty'
}

function summaryOf(claim: CredentialRecord['claim']): string {
  const [value] = Object.values(claim)
  if (typeof value !== 'object' || value === null) return valueText(value)
  return Object.values(value).map(valueText).join(' · ')
}

function hasExpired(expiresAt: number | undefined): boolean {
  return expiresAt !== undefined && expiresAt * 1000 < Date.now()
}

function expiryText(expiresAt: number | undefined): string {
  if (expiresAt === undefined) return 'without end'
  return `${hasExpired(expiresAt) ? 'expired' : 'until'} ${dateText(expiresAt)}`
}

/** One credential, all of it. */
export function credentialView({ session, router }: AppContext, path: string): View {
  const id = path.slice('/credentials/'.length)
  const load = async () => {
    const [record, names] = await Promise.all([
      session.wallet.credentials.get(id),
      knownNames(session.parts.store),
    ])
    return { record, names }
  }
  const part = live(session, load, ({ record, names }) =>
    record === undefined
      ? [emptyState('card', 'Not in your wallet', 'This credential was deleted, or never here.')]
      : detail(record, names, () => void remove()),
  )
  const remove = async (): Promise<void> => {
    await session.wallet.credentials.delete(id)
    session.notices.add('The credential is deleted.')
    router.go('/credentials', 'replace')
  }
  const element = h(
    'div',
    { class: 'stack view' },
    backLink('/credentials', 'Credentials'),
    viewHeading('Credential'),
    part.element,
  )
  return { title: 'Credential', element, dispose: part.dispose }
}

function detail(record: CredentialRecord, names: Names, remove: () => void): readonly Node[] {
  const { issuer, subject, claim, issuedAt, expiresAt, receivedAt } = record
  const name = nameOf(names, issuer)
  return [
    h('div', { class: 'card credential-card' }, jsonView(claim)),
    h('dl', { class: 'facts card flat compact' }, [
      fact(
        'Issued by',
        name !== undefined && [theirs(name), h('span', { class: 'soft small' }, ' (its own words)'), h('br')],
        copyable(issuer, 'DID of the issuer'),
      ),
      fact('About', copyable(subject, 'your DID')),
      issuedAt !== undefined && fact('Issued', momentText(issuedAt)),
      fact(
        'Valid',
        expiresAt === undefined
          ? 'Without end'
          : hasExpired(expiresAt)
            ? `Expired ${momentText(expiresAt)}`
            : `Until ${momentText(expiresAt)}`,
      ),
      fact('Kept since', momentText(receivedAt)),
    ]),
    removal(
      'Delete this credential',
      'Sites can no longer ask you for it. Only the issuer can give it to you again.',
      remove,
    ),
  ]
}

/** A button that asks once more. */
export function removal(words: string, warning: string, remove: () => void): HTMLElement {
  const sure = h('button', { type: 'button', class: 'button danger', on: { click: remove } }, 'Yes, do it')
  const keep = h(
    'button',
    { type: 'button', class: 'button quiet', on: { click: () => toggle(false) } },
    'Keep it',
  )
  const first = h(
    'button',
    { type: 'button', class: 'button danger', on: { click: () => toggle(true) } },
    icon('trash'),
    words,
  )
  const question = h(
    'div',
    { class: 'stack tight', hidden: true },
    h('p', { class: 'soft' }, warning),
    h('div', { class: 'row' }, sure, keep),
  )
  const toggle = (isAsking: boolean): void => {
    question.hidden = !isAsking
    first.hidden = isAsking
    if (isAsking) keep.focus()
    else first.focus()
  }
  return h('div', { class: 'removal' }, first, question)
}
