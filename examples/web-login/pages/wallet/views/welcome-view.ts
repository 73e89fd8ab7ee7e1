import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import { waitingLink } from '../session/waiting-link.ts'
import { viewHeading } from './common.ts'
import type { View } from './view.ts'

const PROMISES = [
  ['key', 'Your key stays here', 'It is made in this browser, and no server ever has it.'],
  [
    'card',
    'You see what leaves',
    'Every request shows who asks, who receives the answer, and each thing it tells.',
  ],
  ['shield', 'Nothing without you', 'The wallet verifies each request, and answers once, after you agreed.'],
] as const

/** The first thing that a person sees. */
export function welcomeView(): View {
  const element = h(
    'div',
    { class: 'stack loose view welcome' },
    h(
      'div',
      { class: 'stack tight' },
      viewHeading('Your identity, in your own hands'),
      h(
        'p',
        { class: 'lead' },
        'Log in without a password, keep what others confirm about you, and decide what you tell.',
      ),
    ),
    waitingLink.isThere() &&
      h(
        'p',
        { class: 'card flat banner info' },
        icon('bell'),
        h('span', {}, 'A site has a request for you. Create your identity first; the request waits.'),
      ),
    h(
      'ul',
      { class: 'promises' },
      PROMISES.map(([symbol, title, text]) =>
        h('li', {}, icon(symbol), h('div', {}, h('h2', {}, title), h('p', { class: 'soft' }, text))),
      ),
    ),
    h(
      'div',
      { class: 'actions' },
      h('a', { class: 'button large', href: '/create' }, 'Create an identity'),
      h('a', { class: 'button quiet large', href: '/restore' }, 'Restore a backup'),
    ),
  )
  return { title: 'Welcome', element }
}
