import type { LibraryVisit, ReadingRoom } from '../../src/shared/library-api.ts'
import { type AskTerms, askPerson, goOn, wasAsking } from '../shared/ask-person.ts'
import { h } from '../shared/h.ts'
import { call, SiteError } from '../shared/site.ts'
import { dayText } from '../shared/text.ts'
import type { Library, LibraryPage } from './library.ts'
import { logIn, resumeLogin } from './log-in.ts'
import { report } from './report.ts'

const PROOF: AskTerms = {
  path: '/api/reading-room/ask',
  messages: {
    title: 'Show your proof of residence',
    scan: 'Scan this code with the wallet that holds the proof.',
    open: 'Open my wallet on this device',
    refused: 'You said no in your wallet. The reading room stays closed.',
    expired: 'This code has expired. Nothing was shared.',
    failed: 'Our server does not answer. Try again in a moment.',
  },
  reasons: {
    OTHER_PERSON: 'Another person’s wallet has answered. Use the wallet that you logged in with.',
    NO_RESIDENCE: 'That answer held no proof of residence by the town. The residents’ office issues one.',
  },
}

/** The protected area. */
export const readingRoomPage: LibraryPage = (library) => {
  const { person } = library.visit
  const place = h('div', { class: 'stack loose' })
  if (person === undefined) {
    queueMicrotask(() => resumeLogin(library))
    place.append(...outside(library))
  } else if (person.residence === undefined) {
    showDoor(library, place, false)
  } else {
    void enter(library, place)
  }
  return [place]
}

async function enter(library: Library, place: HTMLElement): Promise<void> {
  place.replaceChildren(h('h1', {}, 'Reading room'), h('p', { class: 'busy soft' }, 'One moment…'))
  try {
    place.replaceChildren(...inside(library, await call<ReadingRoom>('/api/reading-room')))
  } catch (error) {
    if (error instanceof SiteError && error.status === 403)
      showDoor(library, place, error.code === 'RESIDENCE_EXPIRED')
    else await report(library, error, { what: 'The reading room', again: () => void enter(library, place) })
  }
}

function showDoor(library: Library, place: HTMLElement, hasExpired: boolean): void {
  place.replaceChildren(...atTheDoor(library, hasExpired))
  if (wasAsking(PROOF.path)) queueMicrotask(() => void prove(library, true))
}

/** Nobody is logged in. */
function outside(library: Library): readonly Node[] {
  return [
    h('h1', {}, 'Reading room'),
    h(
      'p',
      { class: 'lead' },
      'The reading room is open to residents of Harbour. Please log in first; then your wallet shows the town’s proof.',
    ),
    h(
      'div',
      { class: 'row' },
      h(
        'button',
        { type: 'button', class: 'button large', on: { click: () => void logIn(library) } },
        'Log in with your wallet',
      ),
    ),
  ]
}

/** Logged in, and without a proof. */
function atTheDoor(library: Library, hasExpired: boolean): readonly Node[] {
  const { issuerUrl } = library.config
  return [
    h('h1', {}, 'Reading room'),
    h(
      'div',
      { class: 'split' },
      h(
        'div',
        { class: 'stack' },
        h(
          'p',
          { class: 'lead' },
          hasExpired
            ? 'Your proof of residence has run out. Show a newer one, and come in.'
            : 'This room is for residents of Harbour. Show the proof that the town has given to your wallet, and come in.',
        ),
        h(
          'div',
          { class: 'row' },
          h(
            'button',
            { type: 'button', class: 'button large', on: { click: () => void prove(library, false) } },
            'Show my proof of residence',
          ),
        ),
        h(
          'p',
          { class: 'small soft' },
          'We see that you live in Harbour and the words of the proof itself. Only the town’s own signature counts.',
        ),
      ),
      h(
        'section',
        { class: 'card flat' },
        h('h2', {}, 'No proof yet?'),
        h(
          'p',
          { class: 'soft' },
          'The residents’ office gives it to everybody who lives here. Apply on the town’s site; it takes a minute and a look at your papers.',
        ),
        h(
          'div',
          {},
          h(
            'a',
            { class: 'button quiet', href: issuerUrl, target: '_blank', rel: 'noreferrer' },
            'Go to the Town of Harbour',
          ),
        ),
      ),
    ),
  ]
}

function inside({ visit }: Library, { papers }: ReadingRoom): readonly Node[] {
  const residence = visit.person?.residence
  return [
    h(
      'div',
      { class: 'stack tight' },
      h(
        'div',
        { class: 'row' },
        h(
          'span',
          { class: 'badge good' },
          'Resident of ',
          h('span', { class: 'theirs' }, residence?.place ?? 'Harbour'),
        ),
      ),
      h('h1', {}, 'Reading room'),
      h(
        'p',
        { class: 'lead' },
        'Come in, sit down. Today’s papers are on the table, and the archive is open.',
      ),
    ),
    h(
      'div',
      { class: 'grid' },
      papers.map(({ title, about, issue }) =>
        h(
          'article',
          { class: 'card flat' },
          h('p', { class: 'eyebrow' }, issue),
          h('h2', {}, title),
          h('p', { class: 'soft' }, about),
        ),
      ),
    ),
    h(
      'p',
      { class: 'small soft' },
      residence?.expiresAt === undefined
        ? 'You are here by the town’s proof of residence.'
        : `You are here by the town’s proof of residence, which is good until ${dayText(residence.expiresAt)}.`,
    ),
  ]
}

/** Asks for the proof, and opens the room. */
async function prove(library: Library, isResumed: boolean): Promise<void> {
  library.say(undefined)
  try {
    const { dialog } = library
    await ((isResumed ? goOn(dialog, PROOF) : undefined) ?? askPerson(dialog, PROOF))
    const visit = await call<LibraryVisit>('/api/session')
    library.arrive(visit, {
      kind: 'good',
      title: 'The door is open.',
      text: 'The town’s signature was checked.',
    })
  } catch (error) {
    await report(library, error, { what: 'Showing the proof', again: () => void prove(library, false) })
  }
}
