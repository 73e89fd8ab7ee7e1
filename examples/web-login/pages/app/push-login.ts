import type { LibraryVisit } from '../../src/shared/library-api.ts'
import { forget, pushPerson } from '../shared/ask-person.ts'
import { h } from '../shared/h.ts'
import { noticeOf } from '../shared/notice.ts'
import { call } from '../shared/site.ts'
import type { Library } from './library.ts'
import { finish, LOGIN, logIn } from './log-in.ts'

/** The way in for somebody who was here before and allowed the library to ask by push. */
export function buildPushLogin(library: Library, name: string): HTMLElement {
  const panel = h('div', { class: 'stack' })
  const offer = (): void => {
    panel.replaceChildren(
      h(
        'div',
        { class: 'row' },
        h(
          'button',
          { type: 'button', class: 'button large', on: { click: () => void push() } },
          h('span', {}, 'Log in as ', h('span', { class: 'theirs' }, name)),
        ),
        h(
          'button',
          { type: 'button', class: 'button quiet large', on: { click: () => void logIn(library) } },
          'Use a code',
        ),
      ),
      h(
        'p',
        { class: 'small soft' },
        'We ask the wallet that you used last time. ',
        h(
          'button',
          { type: 'button', class: 'link', on: { click: () => void forgetPerson() } },
          'Forget it on this browser',
        ),
        '.',
      ),
    )
  }

  const push = async (): Promise<void> => {
    library.say(undefined)
    panel.replaceChildren(h('p', { class: 'busy', role: 'status' }, 'Asking your wallet…'))
    await finish(library, async () => {
      const asked = await pushPerson(library.dialog, { ...LOGIN, path: '/api/login?by=push' })
      let isShown = false
      const result = new Promise<Awaited<typeof asked.result>>((resolve, reject) => {
        const showCode = (): void => {
          if (isShown) return
          isShown = true
          panel.replaceChildren(h('p', { class: 'busy', role: 'status' }, 'Waiting for your wallet.'))
          asked.show().then(resolve, reject)
        }
        asked.result.then(resolve, (error) => {
          if (!isShown) reject(error)
        })
        void asked.unreachable.then(showCode)
        panel.replaceChildren(
          h(
            'div',
            { class: 'note' },
            h('p', { class: 'busy', role: 'status' }, 'Look at your wallet: the library asks who you are.'),
            h(
              'div',
              { class: 'row' },
              h(
                'button',
                { type: 'button', class: 'button quiet small', on: { click: showCode } },
                'Show a code instead',
              ),
              h(
                'button',
                { type: 'button', class: 'button quiet small', on: { click: asked.cancel } },
                'Cancel',
              ),
            ),
          ),
        )
      })
      return result.finally(forget)
    })
    if (library.visit.person === undefined) offer()
  }

  const forgetPerson = async (): Promise<void> => {
    try {
      library.arrive(await call<LibraryVisit>('/api/forget', { method: 'POST' }))
    } catch (error) {
      library.say(noticeOf(error, { what: 'That' }))
    }
  }

  offer()
  return panel
}
