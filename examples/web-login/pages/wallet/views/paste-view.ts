import { h } from '../dom/h.ts'
import { backLink, viewHeading } from './common.ts'
import type { AppContext, View } from './view.ts'

/** Takes a request as text: a link, or what a code says. */
export function pasteView({ session }: AppContext): View {
  const field = h('textarea', {
    id: 'request',
    class: 'input',
    rows: '6',
    spellcheck: 'false',
    autocomplete: 'off',
    autocapitalize: 'off',
    required: true,
    'aria-describedby': 'request-help',
  })
  const trouble = h('p', { class: 'error', role: 'alert' })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const text = field.value.trim()
    trouble.textContent = ''
    if (text === '') trouble.textContent = 'Paste the link that the site gave you.'
    else if (!session.paste(text)) trouble.textContent = 'This is too long to be a request.'
  }
  const element = h(
    'form',
    { class: 'stack view', novalidate: true, on: { submit } },
    backLink('/', 'Home'),
    viewHeading('Paste a link'),
    h(
      'p',
      { class: 'soft', id: 'request-help' },
      'Copy the address of the link below the site’s code. Nothing is sent before you agree.',
    ),
    h('label', { class: 'field-label', for: 'request' }, 'Link of the request'),
    field,
    trouble,
    h('div', { class: 'row' }, h('button', { type: 'submit', class: 'button' }, 'Look at the request')),
  )
  return { title: 'Paste a link', element }
}
