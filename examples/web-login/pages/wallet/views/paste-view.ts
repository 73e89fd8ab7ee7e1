import { h } from '../dom/h.ts'
import { errorText } from '../text/error-text.ts'
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
    'aria-describedby': 'request-help request-trouble',
  })
  const trouble = h('p', { class: 'error', role: 'alert', id: 'request-trouble' })
  const button = h('button', { type: 'submit', class: 'button' }, 'Look at the request')
  const left = new AbortController()
  const refuse = (text: string): void => {
    trouble.textContent = text
    field.setAttribute('aria-invalid', 'true')
    field.focus()
  }
  const look = async (): Promise<void> => {
    const text = field.value.trim()
    trouble.textContent = ''
    field.removeAttribute('aria-invalid')
    if (text === '') return refuse('Paste the link that the site gave you.')
    button.disabled = true
    try {
      await session.paste(text, left.signal)
    } catch (error) {
      if (!left.signal.aborted) refuse(errorText(error))
    } finally {
      button.disabled = false
    }
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    void look()
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
    h('div', { class: 'row' }, button),
  )
  return { title: 'Paste a link', element, dispose: () => left.abort() }
}
