import type { Application, ApplicationState, TownVisit } from '../../src/shared/town-api.ts'
import { type AskTerms, askPerson, goOn, wasAsking } from '../shared/ask-person.ts'
import { h } from '../shared/h.ts'
import { noticeOf } from '../shared/notice.ts'
import { call } from '../shared/site.ts'
import { dayText } from '../shared/text.ts'
import type { Office } from './office.ts'

const POLL_MS = 1500

const OFFER: AskTerms = {
  path: '/api/applications/offer',
  messages: {
    title: 'Take your proof of residence',
    scan: 'Scan this code with your wallet, and keep the proof.',
    open: 'Open my wallet on this device',
    waiting: 'Waiting for your wallet to keep it.',
    refused: 'You said no in your wallet. You can take the proof another time.',
    expired: 'This code has expired. The proof is still yours to take.',
    failed: 'Our server does not answer. The proof is still yours to take.',
  },
}

/** The page of somebody who has said who they are: the form, then what becomes of the application. */
export function buildApplication(office: Office, visit: TownVisit): readonly Node[] {
  const { application, person } = visit
  if (person === undefined) return []
  if (application === undefined) return form(office, person.name)
  if (application.state !== 'accepted' && application.state !== 'declined') void watch(office, application)
  return progress(office, application, person.canPush)
}

function form(office: Office, name: string): readonly Node[] {
  const input = h('input', {
    id: 'street',
    type: 'text',
    required: true,
    maxlength: '120',
    autocomplete: 'street-address',
    'aria-describedby': 'street-hint',
  })
  const button = h('button', { type: 'submit', class: 'button' }, 'Send the application')
  const send = async (): Promise<void> => {
    button.disabled = true
    try {
      await call('/api/applications', { method: 'POST', body: { street: input.value } })
      office.draw(await call<TownVisit>('/api/session'), {
        kind: 'good',
        title: 'We have your application.',
        text: '',
      })
    } catch (error) {
      office.say(noticeOf(error, { what: 'Sending', again: () => void send() }))
      button.disabled = false
    }
  }
  return [
    h(
      'div',
      { class: 'office' },
      h(
        'form',
        {
          class: 'stack',
          on: {
            submit: (event) => {
              event.preventDefault()
              void send()
            },
          },
        },
        h('h1', {}, 'Your application'),
        h(
          'p',
          { class: 'lead' },
          'One line is all we need. A clerk compares it with your papers at the counter.',
        ),
        h(
          'dl',
          { class: 'facts' },
          h('dt', {}, 'Name'),
          h('dd', { class: 'theirs' }, name),
          h('dt', {}, 'Town'),
          h('dd', {}, 'Harbour'),
        ),
        h(
          'div',
          { class: 'field' },
          h('label', { for: 'street' }, 'Street and house number'),
          input,
          h(
            'p',
            { class: 'hint', id: 'street-hint' },
            'It becomes part of the proof: whoever you show the proof to can read it.',
          ),
        ),
        h('div', { class: 'row' }, button),
      ),
    ),
  ]
}

const DONE: Readonly<Record<ApplicationState, number>> = {
  waiting: 2,
  declined: 2,
  approved: 3,
  offered: 3,
  accepted: 4,
}

function progress(office: Office, application: Application, canPush: boolean): readonly Node[] {
  const { number, name, street, at, state } = application
  const done = DONE[state]
  const step = (index: number, title: string, text: string): Node =>
    h(
      'li',
      {
        'data-state': index < done ? 'done' : index === done ? 'now' : 'later',
        'aria-current': index === done ? 'step' : undefined,
      },
      h('div', {}, h('h3', {}, title), h('p', { class: 'soft small' }, text)),
    )
  return [
    h(
      'div',
      { class: 'office' },
      h(
        'div',
        { class: 'stack', role: 'status' },
        h('p', { class: 'eyebrow' }, 'Proof of residence'),
        ...now(office, application, canPush),
      ),
      h(
        'div',
        { class: 'stack loose' },
        h(
          'section',
          { class: 'card', 'aria-label': 'Your application' },
          h('div', {}, h('p', { class: 'eyebrow' }, 'Your number'), h('p', { class: 'number' }, number)),
          h(
            'dl',
            { class: 'facts' },
            h('dt', {}, 'Name'),
            h('dd', { class: 'theirs' }, name),
            h('dt', {}, 'Address'),
            h('dd', { class: 'theirs' }, `${street}, Harbour`),
            h('dt', {}, 'Sent'),
            h('dd', {}, dayText(at)),
          ),
        ),
        h(
          'section',
          { class: 'stack', 'aria-labelledby': 'progress' },
          h('h2', { class: 'visually-hidden', id: 'progress' }, 'How far it is'),
          h(
            'ol',
            { class: 'steps' },
            step(0, 'Who you are', 'Your wallet has told us.'),
            step(1, 'Application', 'We have it.'),
            step(
              2,
              'A look at your papers',
              state === 'declined'
                ? 'The clerk could not confirm it.'
                : 'At the counter, on weekdays from nine to four.',
            ),
            step(3, 'In your wallet', 'The proof, signed by the town, good for a year.'),
          ),
        ),
      ),
    ),
  ]
}

/** What is to be said and done now. */
function now(office: Office, { state, reason }: Application, canPush: boolean): readonly Node[] {
  const take = (label: string, kind = ''): Node =>
    h(
      'div',
      { class: 'row' },
      h(
        'button',
        { type: 'button', class: `button ${kind}`, on: { click: () => void offer(office) } },
        label,
      ),
    )
  switch (state) {
    case 'waiting':
      return [
        h('h1', {}, 'Please come by with your papers.'),
        h(
          'p',
          { class: 'lead' },
          'Tell the clerk your number. You can leave this page open: it goes on by itself.',
        ),
        h('p', { class: 'busy soft' }, 'Waiting for the desk'),
        h(
          'p',
          { class: 'small soft' },
          'Trying this out alone? ',
          h('a', { href: '/desk', target: '_blank' }, 'Be the clerk'),
          '.',
        ),
      ]
    case 'declined':
      return [
        h('h1', {}, 'The desk could not confirm it.'),
        h(
          'p',
          { class: 'lead' },
          reason === undefined
            ? 'The clerk gave no reason.'
            : ['The clerk says: ', h('q', { class: 'theirs' }, reason)],
        ),
        h(
          'div',
          { class: 'row' },
          h('button', { type: 'button', class: 'button', on: { click: () => again(office) } }, 'Apply again'),
        ),
      ]
    case 'accepted':
      return [
        h('h1', {}, 'The proof is in your wallet.'),
        h('p', { class: 'lead' }, 'Show it where you like, for instance at the library’s reading room.'),
        h(
          'div',
          { class: 'row' },
          h(
            'a',
            { class: 'button', href: `${office.config.appUrl}/reading-room`, rel: 'noreferrer' },
            'To the reading room',
          ),
          h(
            'button',
            { type: 'button', class: 'button quiet', on: { click: () => void offer(office) } },
            'Take it into another wallet',
          ),
        ),
      ]
    case 'offered':
      return [
        h('h1', {}, 'Approved.'),
        h(
          'p',
          { class: 'lead' },
          canPush
            ? 'We have sent the proof to your wallet. Open it there and keep it.'
            : 'Take the proof with your wallet, by a code or a link.',
        ),
        canPush
          ? h('p', { class: 'busy soft' }, 'Waiting for your wallet')
          : h('p', { class: 'soft' }, 'It stays yours to take.'),
        take(canPush ? 'Nothing arrived? Take it here' : 'Take the proof', canPush ? 'quiet' : ''),
      ]
    default:
      return [
        h('h1', {}, 'Approved.'),
        h('p', { class: 'lead' }, 'Take the proof with your wallet, by a code or a link.'),
        take('Take the proof'),
      ]
  }
}

/** Shows the form once more, for another try. */
function again(office: Office): void {
  void call<TownVisit>('/api/session').then(
    (visit) => office.draw({ ...visit, application: undefined }),
    (error) => office.say(noticeOf(error, { what: 'That' })),
  )
}

/** Goes on with an offer that was on the screen when the page was reloaded. */
export function resumeOffer(office: Office): void {
  if (wasAsking(OFFER.path)) void offer(office, true)
}

async function offer(office: Office, isResumed = false): Promise<void> {
  office.say(undefined)
  try {
    const { dialog } = office
    await ((isResumed ? goOn(dialog, OFFER) : undefined) ?? askPerson(dialog, OFFER))
    office.draw(await call<TownVisit>('/api/session'), {
      kind: 'good',
      title: 'Your wallet has kept it.',
      text: '',
    })
  } catch (error) {
    office.say(noticeOf(error, { what: 'Taking the proof' }))
  }
}

/** Follows the application while it is shown, and draws what is new. */
async function watch({ shown, draw, say }: Office, { state, number }: Application): Promise<void> {
  try {
    for (;;) {
      await new Promise((resolve) => setTimeout(resolve, POLL_MS))
      if (shown.aborted) return
      const { application } = await call<{ application?: Application }>('/api/applications')
      if (application?.state === state && application.number === number) continue
      const visit = await call<TownVisit>('/api/session')
      if (!shown.aborted) draw(visit)
      return
    }
  } catch (error) {
    if (!shown.aborted) say(noticeOf(error, { what: 'Waiting', again: () => location.reload() }))
  }
}
