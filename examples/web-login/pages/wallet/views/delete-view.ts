import { deleteEverything } from '../backup/delete-everything.ts'
import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import { errorText } from '../text/error-text.ts'
import { backLink, viewHeading } from './common.ts'
import type { AppContext, View } from './view.ts'

const WORD = 'delete'

/** Deletes the wallet from this browser. */
export function deleteView({ session }: AppContext): View {
  const word = h('input', {
    id: 'delete-word',
    class: 'input',
    type: 'text',
    autocomplete: 'off',
    autocapitalize: 'none',
    spellcheck: 'false',
  })
  const button = h(
    'button',
    { type: 'submit', class: 'button danger large', disabled: true },
    'Delete everything',
  )
  const trouble = h('p', { class: 'error', role: 'alert' })
  word.addEventListener('input', () => {
    button.disabled = word.value.trim().toLowerCase() !== WORD
  })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    trouble.textContent = ''
    button.disabled = true
    button.textContent = 'Deleting…'
    deleteEverything({ grants: session.grants, stop: () => session.stop() }).then(
      () => location.replace('/'),
      (error: unknown) => {
        trouble.textContent = `${errorText(error)} Close other windows of the wallet, and try again.`
        button.disabled = false
        button.textContent = 'Delete everything'
      },
    )
  }
  const element = h(
    'form',
    { class: 'stack view', on: { submit } },
    backLink('/settings', 'Settings'),
    viewHeading('Delete this wallet'),
    h(
      'div',
      { class: 'card flat banner warn' },
      icon('warning'),
      h(
        'div',
        { class: 'stack tight' },
        h('p', {}, h('strong', {}, 'This cannot be undone.')),
        h(
          'p',
          {},
          'Your keys, identities, credentials and the history are deleted from this browser. Without a backup you can never log in with them again, and ether of their accounts is lost.',
        ),
        h(
          'p',
          {},
          'What is registered on the chain and published on IPFS stays public. Sites keep what you told them.',
        ),
        h('p', {}, h('a', { href: '/backup' }, 'Save a backup first')),
      ),
    ),
    h('label', { class: 'field-label', for: 'delete-word' }, `Type “${WORD}” to go on`),
    word,
    trouble,
    h('div', {}, button),
  )
  return { title: 'Delete this wallet', element }
}
