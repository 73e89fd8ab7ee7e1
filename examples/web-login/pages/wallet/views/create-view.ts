import { CREATION_STEPS, type CreationStep, createIdentity } from '../assembly/create-identity.ts'
import { h } from '../dom/h.ts'
import { icon } from '../dom/icon.ts'
import { errorText } from '../text/error-text.ts'
import { backLink, viewHeading } from './common.ts'
import type { AppContext, View } from './view.ts'

const WORDS: Readonly<Record<CreationStep, readonly [title: string, more: string]>> = {
  key: ['Make a key', 'In this browser; wrapped so that no script can copy it.'],
  funds: ['Get ether for the registration', 'From the faucet of this test chain.'],
  document: ['Publish the document', 'On IPFS, for everybody: your public key and nothing else.'],
  transaction: ['Write it into the registry', 'Signed by your key; a block takes some seconds.'],
  check: ['Read it back', 'As every site will that you log in to.'],
}

const MAX_NAME = 64

/** Makes an identity, and shows each step of it. */
export function createView({ session, router }: AppContext): View {
  const stop = new AbortController()
  const name = h('input', {
    id: 'name',
    class: 'input',
    type: 'text',
    autocomplete: 'name',
    maxlength: String(MAX_NAME),
    'aria-describedby': 'name-help',
  })
  const button = h('button', { type: 'submit', class: 'button large' }, 'Create my identity')
  const trouble = h('p', { class: 'error', role: 'alert' })
  const items = new Map(CREATION_STEPS.map((step) => [step, stepItem(step)]))
  const list = h('ol', { class: 'steps', 'aria-live': 'polite', hidden: true }, [...items.values()])

  const mark = (current: CreationStep | undefined): void => {
    const at = current === undefined ? CREATION_STEPS.length : CREATION_STEPS.indexOf(current)
    CREATION_STEPS.forEach((step, index) => {
      const item = items.get(step)
      if (item === undefined) return
      item.className = index < at ? 'is-done' : index === at ? 'is-current' : ''
      if (index === at) item.setAttribute('aria-current', 'step')
      else item.removeAttribute('aria-current')
    })
  }
  const create = async (): Promise<void> => {
    let reached: CreationStep = 'key'
    const onStep = (step: CreationStep): void => {
      reached = step
      mark(step)
    }
    try {
      await createIdentity(name.value.trim(), session.wallet, session.parts, { onStep, signal: stop.signal })
      mark(undefined)
      await session.start()
      router.go('/', 'replace')
    } catch (error) {
      if (stop.signal.aborted) return
      items.get(reached)?.classList.add('is-failed')
      trouble.textContent = `${errorText(error)} Nothing is lost: try again.`
      button.textContent = 'Try again'
      button.disabled = false
      name.disabled = false
    }
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    trouble.textContent = ''
    button.disabled = true
    button.textContent = 'Creating…'
    name.disabled = true
    list.hidden = false
    void create()
  }
  const element = h(
    'form',
    { class: 'stack view', on: { submit } },
    backLink('/', 'Back'),
    viewHeading('Create an identity'),
    h('label', { class: 'field-label', for: 'name' }, 'Your name'),
    name,
    h(
      'p',
      { class: 'soft small', id: 'name-help' },
      'It stays in this wallet. Sites that ask for it get it when you agree, and not before.',
    ),
    list,
    trouble,
    h('div', {}, button),
  )
  return { title: 'Create an identity', element, dispose: () => stop.abort() }
}

function stepItem(step: CreationStep): HTMLElement {
  const [title, more] = WORDS[step]
  return h(
    'li',
    {},
    h('span', { class: 'step-mark' }, icon('check')),
    h('span', {}, h('strong', {}, title), h('span', { class: 'soft small' }, more)),
  )
}
