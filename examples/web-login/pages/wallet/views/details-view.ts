import type { JsonObject } from '@uport-kit/core'
import type { IdentityRecord } from '@uport-kit/wallet'
import { h } from '../dom/h.ts'
import { live } from '../dom/live.ts'
import { claimLabel } from '../text/claim-text.ts'
import { backLink, theirs, viewHeading } from './common.ts'
import type { AppContext, View } from './view.ts'

/** What sites ask for most. What else the wallet has learned to tell is shown beside it. */
const USUAL = ['name', 'email', 'phone', 'country', 'birthdate'] as const

const AUTOCOMPLETE: ReadonlyMap<string, string> = new Map([
  ['name', 'name'],
  ['email', 'email'],
  ['phone', 'tel'],
  ['country', 'country-name'],
  ['birthdate', 'bday'],
])

/** What the person says of themselves: proposed where a site asks for it, and told when they agree. */
export function detailsView({ session }: AppContext): View {
  const part = live(
    session,
    () => session.wallet.identities.list(),
    (identities) => identities.map((identity) => detailsForm(identity, save)),
  )
  const save = async (identity: IdentityRecord, claims: JsonObject): Promise<void> => {
    const { did, keyId, label } = identity
    const { name } = claims
    await session.wallet.identities.setClaims(did, claims)
    // The card shows the name, too; adding an identity again changes it.
    if (typeof name === 'string' && name !== label) {
      await session.wallet.identities.add({ did, keyId, label: name, claims }).catch(() => undefined)
    }
    session.notices.add('Saved, in this wallet alone.')
  }
  const element = h(
    'div',
    { class: 'stack view' },
    backLink('/settings', 'Settings'),
    viewHeading('Your details'),
    h('p', { class: 'soft' }, 'They stay here. A site that asks for one of them gets it when you agree.'),
    part.element,
  )
  return { title: 'Your details', element, dispose: part.dispose }
}

function detailsForm(
  identity: IdentityRecord,
  save: (identity: IdentityRecord, claims: JsonObject) => Promise<void>,
): HTMLElement {
  const { did, label, claims } = identity
  const names = [...new Set([...USUAL, ...Object.keys(claims)])]
  const fields = names.flatMap((name) => {
    const value = Object.hasOwn(claims, name) ? claims[name] : ''
    return typeof value === 'string' ? [[name, field(did, name, value)] as const] : []
  })
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    const told = fields.flatMap(([name, input]) =>
      input.value.trim() === '' ? [] : [[name, input.value.trim()] as const],
    )
    const kept = Object.entries(claims).filter(([, value]) => typeof value !== 'string')
    void save(identity, Object.fromEntries([...kept, ...told]))
  }
  return h(
    'form',
    { class: 'card', on: { submit } },
    h('h2', { class: 'card-title' }, theirs(label ?? 'Nameless')),
    fields.map(([name, input]) =>
      h(
        'div',
        { class: 'stack tight' },
        h('label', { class: 'field-label', for: input.id }, theirs(claimLabel(name))),
        input,
      ),
    ),
    h('div', {}, h('button', { type: 'submit', class: 'button' }, 'Save')),
  )
}

function field(did: string, name: string, value: string): HTMLInputElement {
  const id = `detail-${encodeURIComponent(did)}-${encodeURIComponent(name)}`
  const type = name === 'email' ? 'email' : 'text'
  return h('input', {
    id,
    class: 'input',
    type,
    value,
    maxlength: '512',
    autocomplete: AUTOCOMPLETE.get(name) ?? 'off',
  })
}
