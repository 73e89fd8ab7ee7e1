import type { LibraryPerson, LibraryVisit } from '../../src/shared/library-api.ts'
import { h } from '../shared/h.ts'
import { shortText, timeText } from '../shared/text.ts'
import type { Library, LibraryPage } from './library.ts'
import { logIn, resumeLogin } from './log-in.ts'
import { buildPushLogin } from './push-login.ts'

/** The front page: what the library is, and for who is logged in, their card. */
export const homePage: LibraryPage = (library) => {
  const { person } = library.visit
  if (person !== undefined) return welcome(person)
  queueMicrotask(() => resumeLogin(library))
  return strangers(library)
}

function strangers(library: Library): readonly Node[] {
  const { config, visit } = library
  return [
    h(
      'div',
      { class: 'stack loose' },
      h(
        'section',
        { class: 'hero' },
        h(
          'div',
          { class: 'stack' },
          h('h1', {}, 'Your library card is in your pocket.'),
          h(
            'p',
            { class: 'lead' },
            'Log in with your own wallet: no password, no form. We ask, you decide, and we learn nothing that you did not agree to.',
          ),
          visit.remembered === undefined
            ? [plainLogin(library)]
            : [buildPushLogin(library, visit.remembered.name)],
          h(
            'p',
            { class: 'small soft' },
            'No wallet yet? ',
            h('a', { href: config.walletUrl, target: '_blank', rel: 'noreferrer' }, 'Make one in a minute'),
            '.',
          ),
        ),
        h('figure', {}, h('img', { src: '/harbour.svg', alt: '', width: '640', height: '520' })),
      ),
      h(
        'section',
        { class: 'split', 'aria-label': 'About the login' },
        asked(visit.library),
        h(
          'div',
          { class: 'stack' },
          h('h2', {}, 'Inside'),
          h(
            'ul',
            { class: 'list' },
            h(
              'li',
              { class: 'stack tight' },
              h('h3', {}, 'Reading room'),
              h('p', { class: 'soft' }, 'For residents of Harbour. Your wallet shows the town’s proof.'),
            ),
            h(
              'li',
              { class: 'stack tight' },
              h('h3', {}, 'Guest book'),
              h('p', { class: 'soft' }, 'A line that stays: you write it into a contract on the chain.'),
            ),
          ),
        ),
      ),
    ),
  ]
}

function plainLogin(library: Library): Node {
  const enter = (): void => void logIn(library)
  return h(
    'div',
    { class: 'row' },
    h('button', { type: 'button', class: 'button large', on: { click: enter } }, 'Log in with your wallet'),
  )
}

/** What the login asks for, before anybody is asked. */
function asked({ asks }: LibraryVisit['library']): Node {
  const line = (name: string, why: string, need: string) =>
    h(
      'li',
      {},
      h(
        'div',
        { class: 'asked' },
        h('div', {}, h('strong', {}, name), h('p', { class: 'soft small' }, why)),
        h('span', { class: 'badge' }, need),
      ),
    )
  return h(
    'div',
    { class: 'card' },
    h('h2', {}, 'What we ask for'),
    h(
      'ul',
      { class: 'list' },
      asks.map(({ name, reason = '', isEssential }) =>
        line(`Your ${name}`, reason, isEssential ? 'needed' : 'if you like'),
      ),
      line('Leave to notify you', 'So that your next login is one tap in your wallet', 'if you like'),
      line('Your account', 'The one that you sign the guest book with', 'if you like'),
    ),
  )
}

function welcome(person: LibraryPerson): readonly Node[] {
  const { name, email, did, account, since, isSameDevice, residence } = person
  return [
    h(
      'div',
      { class: 'stack loose' },
      h('h1', {}, 'Good to see you, ', h('span', { class: 'theirs' }, name), '.'),
      h(
        'div',
        { class: 'split' },
        h(
          'section',
          { class: 'card library-card', 'aria-labelledby': 'card-title' },
          h(
            'div',
            { class: 'row between' },
            h('h2', { id: 'card-title', class: 'eyebrow' }, 'Library card'),
            badge(residence),
          ),
          h('p', { class: 'name theirs' }, name),
          h(
            'dl',
            { class: 'facts' },
            email !== undefined && [h('dt', {}, 'Email'), h('dd', { class: 'theirs' }, email)],
            h('dt', {}, 'Identity'),
            h('dd', { class: 'code', title: did }, shortText(did, 20, 8)),
            account !== undefined && [
              h('dt', {}, 'Account'),
              h('dd', { class: 'code', title: account }, shortText(account, 10, 6)),
            ],
            h('dt', {}, 'Logged in'),
            h('dd', {}, `${timeText(since)}, by a wallet on ${isSameDevice ? 'this' : 'another'} device`),
          ),
          h(
            'p',
            { class: 'small soft' },
            'Name and email are as you wrote them. The identity is proven by your signature.',
          ),
        ),
        h(
          'div',
          { class: 'stack' },
          entry(
            '/reading-room',
            'Reading room',
            residence === undefined
              ? 'Show the town’s proof that you live here, and come in.'
              : 'You have shown your proof of residence. Come in.',
          ),
          entry('/guest-book', 'Guest book', 'Sign the book, or leave a little something for the roof.'),
        ),
      ),
    ),
  ]
}

function badge(residence: LibraryPerson['residence']): Node {
  return residence === undefined
    ? h('span', { class: 'badge' }, 'Visitor')
    : h('span', { class: 'badge good' }, 'Resident of ', h('span', { class: 'theirs' }, residence.place))
}

function entry(href: string, title: string, text: string): Node {
  return h(
    'section',
    { class: 'card flat entry' },
    h('h3', {}, h('a', { href }, title)),
    h('p', { class: 'soft' }, text),
  )
}
