import type { LibraryVisit } from '../../src/shared/library-api.ts'
import { h } from '../shared/h.ts'
import { noticeOf } from '../shared/notice.ts'
import { call } from '../shared/site.ts'
import type { Library } from './library.ts'
import { logIn } from './log-in.ts'

/** The person's part of the bar: who is logged in, and the way in or out. */
export function buildCorner(library: Library): readonly Node[] {
  const { person } = library.visit
  if (person === undefined) {
    const enter = (): void => void logIn(library)
    return [h('button', { type: 'button', class: 'button small', on: { click: enter } }, 'Log in')]
  }
  const leave = (): void => void logOut(library)
  return [
    h('span', { class: 'theirs small soft corner-name' }, person.name),
    h('button', { type: 'button', class: 'button quiet small', on: { click: leave } }, 'Log out'),
  ]
}

async function logOut(library: Library): Promise<void> {
  try {
    const visit = await call<LibraryVisit>('/api/logout', { method: 'POST' })
    library.arrive(visit, { kind: '', title: 'You are logged out.', text: 'See you soon.' })
  } catch (error) {
    library.say(noticeOf(error, { what: 'Logging out', again: () => void logOut(library) }))
  }
}
