import { h } from '../shared/h.ts'
import { buildBook } from './book.ts'
import { buildDonation } from './donation.ts'
import type { LibraryPage } from './library.ts'
import { logIn, resumeLogin } from './log-in.ts'

/** The page of transactions: the book through an Ethereum provider, the donation asked for by the server. */
export const guestBookPage: LibraryPage = (library) => {
  const { person } = library.visit
  if (person === undefined) queueMicrotask(() => resumeLogin(library))
  return [
    h(
      'div',
      { class: 'stack loose' },
      h(
        'div',
        { class: 'stack tight' },
        h('h1', {}, 'Guest book'),
        h(
          'p',
          { class: 'lead' },
          'The book is a contract on the chain: what is written stays. Your wallet shows what you send before you send it.',
        ),
      ),
      person === undefined
        ? h(
            'div',
            { class: 'row' },
            h(
              'button',
              { type: 'button', class: 'button large', on: { click: () => void logIn(library) } },
              'Log in to sign the book',
            ),
          )
        : undefined,
      h('div', { class: 'split' }, buildBook(library), person !== undefined && buildDonation(library)),
    ),
  ]
}
