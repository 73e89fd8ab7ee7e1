import { RelayClient } from '@uport-kit/channel-relay'
import { defineUportRequest, RequestController, UportRequestElement } from '@uport-kit/transport-qr/element'
import { takeDeviceCode } from '@uport-kit/transport-url'
import type { TownVisit } from '../../src/shared/town-api.ts'
import {
  type AskTerms,
  askPerson,
  EASY_TO_SCAN,
  goOn,
  reloadOnReturn,
  wasAsking,
} from '../shared/ask-person.ts'
import { buildFrame } from '../shared/frame.ts'
import { h } from '../shared/h.ts'
import { type Notice, noticeArea, noticeOf } from '../shared/notice.ts'
import { call, readConfig, SiteError } from '../shared/site.ts'
import { buildApplication, resumeOffer } from './application.ts'
import type { Office } from './office.ts'

const LOGIN: AskTerms = {
  path: '/api/login',
  messages: {
    title: 'Identify yourself to the Town of Harbour',
    scan: 'Scan this code with the wallet on your phone.',
    open: 'Open my wallet on this device',
    refused: 'You said no in your wallet. Nothing was shared.',
    expired: 'This code has expired. Nothing was shared.',
    failed: 'Our server does not answer. Try again in a moment.',
  },
}

/** The applicant's page. */
export async function openOffice(): Promise<void> {
  const { corner, main } = buildFrame({
    brand: 'Town of Harbour',
    mark: '/mark.svg',
    links: [],
    foot: h('p', {}, 'An example of uPort Kit. The town is made up; the signatures are real.'),
  })
  defineUportRequest()
  const dialog = new UportRequestElement()
  const { element, show: say } = noticeArea()
  const content = h('div', {})
  let shown = new AbortController()
  main.append(element, content, dialog)

  const start = async (): Promise<void> => {
    content.replaceChildren(h('p', { class: 'busy soft' }, 'One moment…'))
    try {
      const config = await readConfig()
      dialog.controller = new RequestController({
        publisher: new RelayClient({ url: config.relayUrl }),
        inlineLimit: EASY_TO_SCAN,
      })
      const { visit, notice } = await arriveWith(takeDeviceCode())
      const office: Office = {
        config,
        dialog,
        say,
        get shown() {
          return shown.signal
        },
        draw: (news, told) => {
          shown.abort()
          shown = new AbortController()
          say(told)
          corner.replaceChildren(...buildCorner(office, news))
          content.replaceChildren(
            ...(news.person === undefined ? counter(office) : buildApplication(office, news)),
          )
        },
      }
      office.draw(visit, notice)
      if (visit.person !== undefined) resumeOffer(office)
      else if (wasAsking(LOGIN.path)) void identify(office, true)
    } catch (error) {
      content.replaceChildren(h('h1', {}, 'Residents’ office'))
      say(noticeOf(error, { what: 'Opening the office', again: () => void start() }))
    }
  }
  reloadOnReturn()
  await start()
}

async function arriveWith(
  code: string | undefined,
): Promise<{ readonly visit: TownVisit; readonly notice?: Notice }> {
  if (code !== undefined) {
    try {
      return { visit: await call<TownVisit>('/api/return', { method: 'POST', body: { code } }) }
    } catch (error) {
      if (!(error instanceof SiteError) || error.status !== 404) throw error
    }
  }
  const visit = await call<TownVisit>('/api/session')
  if (visit.hasExpired && visit.person === undefined) {
    const text = 'Nothing happened here for a while. Please identify yourself again.'
    return { visit, notice: { kind: 'warn', title: 'Your session has ended.', text } }
  }
  if (code === undefined || visit.person !== undefined) return { visit }
  const text = 'It belongs to a login that was started in another browser, or that is over.'
  return { visit, notice: { kind: 'warn', title: 'This answer was not for this page.', text } }
}

function buildCorner(office: Office, { person }: TownVisit): readonly Node[] {
  if (person === undefined) return []
  const leave = async (): Promise<void> => {
    try {
      const visit = await call<TownVisit>('/api/logout', { method: 'POST' })
      office.draw(visit, {
        kind: '',
        title: 'You have left the office.',
        text: 'Your application stays with us.',
      })
    } catch (error) {
      office.say(noticeOf(error, { what: 'Leaving' }))
    }
  }
  return [
    h('span', { class: 'theirs small soft corner-name' }, person.name),
    h('button', { type: 'button', class: 'button quiet small', on: { click: () => void leave() } }, 'Leave'),
  ]
}

/** Before anybody has said who they are. */
function counter(office: Office): readonly Node[] {
  return [
    h(
      'div',
      { class: 'office' },
      h(
        'div',
        { class: 'stack' },
        h('p', { class: 'eyebrow' }, 'Residents’ office'),
        h('h1', {}, 'Proof of residence'),
        h(
          'p',
          { class: 'lead' },
          'The town confirms that you live here, and puts the proof into your wallet. You show it to whom you like; we never hear to whom.',
        ),
        h(
          'div',
          { class: 'row' },
          h(
            'button',
            { type: 'button', class: 'button large', on: { click: () => void identify(office, false) } },
            'Apply with your wallet',
          ),
        ),
        h(
          'p',
          { class: 'small soft' },
          'No wallet yet? ',
          h(
            'a',
            { href: office.config.walletUrl, target: '_blank', rel: 'noreferrer' },
            'Make one in a minute',
          ),
          '.',
        ),
      ),
      h(
        'section',
        { class: 'card', 'aria-labelledby': 'how' },
        h('h2', { id: 'how' }, 'How it goes'),
        h(
          'ol',
          { class: 'steps' },
          step('Say who you are', 'Your wallet tells us your name.'),
          step('Apply', 'You write your address.'),
          step('Come by', 'A clerk looks at your papers. Tell them your number.'),
          step('Take it', 'The proof arrives in your wallet, signed by the town.'),
        ),
      ),
    ),
  ]
}

function step(title: string, text: string): Node {
  return h('li', {}, h('div', {}, h('h3', {}, title), h('p', { class: 'soft small' }, text)))
}

async function identify(office: Office, isResumed: boolean): Promise<void> {
  office.say(undefined)
  try {
    const { dialog } = office
    const { requestId } = await ((isResumed ? goOn(dialog, LOGIN) : undefined) ?? askPerson(dialog, LOGIN))
    office.draw(
      await call<TownVisit>(`/api/login/${encodeURIComponent(requestId)}/enter`, { method: 'POST' }),
    )
  } catch (error) {
    office.say(noticeOf(error, { what: 'The login', again: () => void identify(office, false) }))
  }
}
