import type { DeskEntry } from '../../src/shared/town-api.ts'
import { buildFrame } from '../shared/frame.ts'
import { h } from '../shared/h.ts'
import { noticeArea, noticeOf } from '../shared/notice.ts'
import { call } from '../shared/site.ts'
import { shortText, timeText } from '../shared/text.ts'

const POLL_MS = 2000

const STATES = {
  waiting: { label: 'Waiting', kind: 'warn' },
  declined: { label: 'Declined', kind: 'bad' },
  approved: { label: 'Approved', kind: 'good' },
  offered: { label: 'Sent to the wallet', kind: 'good' },
  accepted: { label: 'In the wallet', kind: 'good' },
} as const

/** The clerk's page: who waits, and the decision after a look at the papers. */
export async function openDesk(): Promise<void> {
  const { corner, main } = buildFrame({
    brand: 'Town of Harbour',
    mark: '/mark.svg',
    links: [],
    foot: h(
      'p',
      {},
      'In a real office this page is reached from the office’s own network alone, behind its own login.',
    ),
  })
  document.title = 'The desk · Town of Harbour'
  corner.replaceChildren(h('span', { class: 'badge' }, 'Staff'))
  const { element, show: say } = noticeArea()
  const list = h('div', { class: 'card' })
  main.append(
    element,
    h(
      'div',
      { class: 'stack loose' },
      h(
        'div',
        { class: 'stack tight' },
        h('h1', {}, 'The desk'),
        h(
          'p',
          { class: 'lead' },
          'Compare name and address with the papers on the counter. What you approve, the town signs.',
        ),
      ),
      list,
    ),
  )
  let shown = ''

  const draw = (entries: readonly DeskEntry[]): void => {
    const text = JSON.stringify(entries)
    // A button that is being pressed must not be exchanged for another one.
    if (text === shown) return
    shown = text
    list.replaceChildren(
      entries.length === 0
        ? h('p', { class: 'soft' }, 'Nobody has applied. Applications appear here by themselves.')
        : h(
            'ul',
            { class: 'list' },
            entries.map((entry) => h('li', {}, buildEntry(entry, decide))),
          ),
    )
  }

  const decide = async (
    number: string,
    decision: 'approved' | 'declined',
    reason?: string,
  ): Promise<void> => {
    try {
      await call(`/api/desk/${encodeURIComponent(number)}`, { method: 'POST', body: { decision, reason } })
      say(undefined)
    } catch (error) {
      say(noticeOf(error, { what: 'The decision' }))
    }
    await look()
  }

  const look = async (): Promise<void> => {
    try {
      draw((await call<{ applications: DeskEntry[] }>('/api/desk')).applications)
    } catch (error) {
      say(noticeOf(error, { what: 'Reading the list', again: () => location.reload() }))
    }
  }
  await look()
  setInterval(() => void look(), POLL_MS)
}

type Decide = (number: string, decision: 'approved' | 'declined', reason?: string) => Promise<void>

function buildEntry(
  { number, name, street, at, did, state, reason }: DeskEntry,
  decide: Decide,
): HTMLElement {
  const { label, kind } = STATES[state]
  const decline = (): void => void decide(number, 'declined', 'The papers do not show this address.')
  return h(
    'article',
    { class: 'desk-entry', 'aria-label': `Application ${number}` },
    h(
      'div',
      { class: 'stack tight' },
      h(
        'div',
        { class: 'row' },
        h('h2', { class: 'code' }, number),
        h('span', { class: `badge ${kind}` }, label),
      ),
      h(
        'dl',
        { class: 'facts' },
        h('dt', {}, 'Name'),
        h('dd', { class: 'theirs' }, name),
        h('dt', {}, 'Address'),
        h('dd', { class: 'theirs' }, `${street}, Harbour`),
        h('dt', {}, 'Identity'),
        h('dd', { class: 'code', title: did }, shortText(did, 20, 8)),
        h('dt', {}, 'Received'),
        h('dd', {}, timeText(at)),
        reason !== undefined && [h('dt', {}, 'Reason'), h('dd', { class: 'theirs' }, reason)],
      ),
    ),
    state === 'waiting' &&
      h(
        'div',
        { class: 'row' },
        h(
          'button',
          { type: 'button', class: 'button', on: { click: () => void decide(number, 'approved') } },
          'Approve',
        ),
        h('button', { type: 'button', class: 'button danger', on: { click: decline } }, 'Decline'),
      ),
  )
}
