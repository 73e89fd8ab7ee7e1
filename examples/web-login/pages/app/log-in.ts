import type { Outcome } from '@uport-kit/core'
import type { LibraryVisit } from '../../src/shared/library-api.ts'
import { type AskTerms, askPerson, goOn, wasAsking } from '../shared/ask-person.ts'
import { noticeOf } from '../shared/notice.ts'
import { call } from '../shared/site.ts'
import type { Library } from './library.ts'

/** The login's request and its words. */
export const LOGIN: AskTerms = {
  path: '/api/login',
  messages: {
    title: 'Log in to Harbour Library',
    scan: 'Scan this code with the wallet on your phone.',
    open: 'Open my wallet on this device',
    refused: 'You said no in your wallet. Nothing was shared.',
    expired: 'This code has expired. Nothing was shared.',
    failed: 'Our server does not answer. Try again in a moment.',
  },
}

/** Logs in by code or link. */
export async function logIn(library: Library): Promise<void> {
  library.say(undefined)
  await finish(library, () => askPerson(library.dialog, LOGIN))
}

/** Goes on with a login that was on the screen when the page was reloaded. */
export function resumeLogin(library: Library): void {
  if (library.visit.person !== undefined || !wasAsking(LOGIN.path)) return
  void finish(library, () => goOn(library.dialog, LOGIN) ?? askPerson(library.dialog, LOGIN))
}

/** Waits for the answer, then fetches the session that it came to. */
export async function finish(library: Library, asking: () => Promise<Outcome>): Promise<void> {
  try {
    const { requestId } = await asking()
    const visit = await call<LibraryVisit>(`/api/login/${encodeURIComponent(requestId)}/enter`, {
      method: 'POST',
    })
    library.arrive(visit, {
      kind: 'good',
      title: 'You are logged in.',
      text: 'The library knows what you told it, and no more.',
    })
  } catch (error) {
    library.say(noticeOf(error, { what: 'The login', again: () => void logIn(library) }))
  }
}
