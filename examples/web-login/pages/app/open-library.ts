import { RelayClient } from '@uport-kit/channel-relay'
import { defineUportRequest, RequestController, UportRequestElement } from '@uport-kit/transport-qr/element'
import { takeDeviceCode } from '@uport-kit/transport-url'
import type { LibraryVisit } from '../../src/shared/library-api.ts'
import { EASY_TO_SCAN, forget, reloadOnReturn } from '../shared/ask-person.ts'
import { buildFrame } from '../shared/frame.ts'
import { h } from '../shared/h.ts'
import { type Notice, noticeArea } from '../shared/notice.ts'
import { call, isAway, readConfig, SiteError } from '../shared/site.ts'
import { buildCorner } from './corner.ts'
import type { Library, LibraryPage } from './library.ts'

/** Tabs of one browser share a session: what one does, the others show. */
const OTHER_TABS = 'library-visit'

/** Opens a page of the library: who is there, what a wallet brought back, then the page itself. */
export async function openLibrary(page: LibraryPage): Promise<void> {
  const { corner, main } = buildFrame({
    brand: 'Harbour Library',
    mark: '/mark.svg',
    links: [
      { href: '/', label: 'Home' },
      { href: '/reading-room', label: 'Reading room' },
      { href: '/guest-book', label: 'Guest book' },
    ],
    foot: h(
      'p',
      {},
      'An example of uPort Kit. The library, the town and the money are made up; the signatures are real.',
    ),
  })
  defineUportRequest()
  const dialog = new UportRequestElement()
  const { element, show: say } = noticeArea()
  const content = h('div', {})
  main.append(element, content, dialog)
  const tabs = new BroadcastChannel(OTHER_TABS)

  const start = async (notice?: Notice): Promise<void> => {
    content.replaceChildren(h('p', { class: 'busy soft' }, 'One moment…'))
    try {
      const config = await readConfig()
      const relay = new RelayClient({ url: config.relayUrl })
      dialog.controller = new RequestController({ publisher: relay, inlineLimit: EASY_TO_SCAN })
      const { visit, news } = await arriveWith(takeDeviceCode())
      draw({ config, dialog, relay }, visit, notice ?? news)
    } catch (error) {
      if (!isAway(error)) throw error
      content.replaceChildren(h('h1', {}, 'Harbour Library'))
      const again = { label: 'Try again', run: () => void start() }
      say({
        kind: 'bad',
        title: 'Our server does not answer.',
        text: 'It may be back in a moment.',
        action: again,
      })
    }
  }

  const draw = (
    parts: Pick<Library, 'config' | 'dialog' | 'relay'>,
    visit: LibraryVisit,
    notice?: Notice,
  ): void => {
    const library: Library = {
      ...parts,
      visit,
      say,
      refresh: async (news) => {
        draw(parts, await call<LibraryVisit>('/api/session'), news)
      },
      arrive: (news, told) => {
        tabs.postMessage(news.person === undefined ? 'left' : 'entered')
        draw(parts, news, told)
      },
    }
    tabs.onmessage = ({ data }) => void hear(library, data === 'entered')
    say(notice)
    corner.replaceChildren(...buildCorner(library))
    content.replaceChildren(...page(library))
  }

  /** Another tab has logged in or out. */
  const hear = async (library: Library, isIn: boolean): Promise<void> => {
    dialog.controller.dismiss()
    forget()
    await library.refresh(
      isIn
        ? { kind: 'good', title: 'You are logged in.', text: 'It happened in another tab.' }
        : { kind: '', title: 'You are logged out.', text: 'It happened in another tab.' },
    )
  }

  reloadOnReturn()
  await start()
}

/** Gives the server the code that a wallet on this device brought along. */
async function arriveWith(
  code: string | undefined,
): Promise<{ readonly visit: LibraryVisit; readonly news?: Notice }> {
  if (code !== undefined) {
    try {
      const visit = await call<LibraryVisit>('/api/return', { method: 'POST', body: { code } })
      return {
        visit,
        news: { kind: 'good', title: 'Welcome back.', text: 'Your wallet’s answer has arrived.' },
      }
    } catch (error) {
      if (!(error instanceof SiteError) || error.status !== 404) throw error
    }
  }
  const visit = await call<LibraryVisit>('/api/session')
  if (visit.hasExpired && visit.person === undefined) {
    const text = 'Nothing happened here for a while. Please log in again.'
    return { visit, news: { kind: 'warn', title: 'Your session has ended.', text } }
  }
  if (code === undefined || visit.person !== undefined) return { visit }
  const text =
    'It belongs to a login that was started in another browser, or that is over. Please log in here.'
  return { visit, news: { kind: 'warn', title: 'This answer was not for this page.', text } }
}
