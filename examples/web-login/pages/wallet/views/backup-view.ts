import { BrowserKeyStore } from '@uport-kit/key-store-browser'
import { createBackup } from '../backup/create-backup.ts'
import { h } from '../dom/h.ts'
import { errorText } from '../text/error-text.ts'
import { backLink, viewHeading } from './common.ts'
import type { AppContext, View } from './view.ts'

/** Long enough that trying all of them, a second each, is hopeless for who has the file and no hint. */
const MIN_PASSPHRASE = 12

/** How long a browser may take to save what was handed to it. */
const SAVING_MS = 60_000

/** Saves the wallet into a file under a passphrase. */
export function backupView({ session }: AppContext): View {
  const passphrase = passphraseField('backup-passphrase', 'Passphrase', 'new-password')
  const again = passphraseField('backup-again', 'The same once more', 'new-password')
  const button = h('button', { type: 'submit', class: 'button large' }, 'Save a backup')
  const trouble = h('p', { class: 'error', role: 'alert' })
  const done = h('p', { class: 'card flat banner info', role: 'status', hidden: true })

  const save = async (): Promise<void> => {
    const madeAt = new Date()
    const { records } = session.parts
    // The keys are exported under 32 random bytes that the passphrase protects: stretching those would only take time.
    await using keys = new BrowserKeyStore({ scrypt: { n: 2 }, persist: false })
    const text = await createBackup({ keys, records }, passphrase.input.value, madeAt)
    const name = `kit-wallet-${madeAt.toISOString().slice(0, 10)}.json`
    saveFile(text, name)
    done.hidden = false
    done.textContent = `Saved as ${name}. Keep it apart from this device, and the passphrase apart from it.`
    passphrase.input.value = ''
    again.input.value = ''
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    done.hidden = true
    trouble.textContent = problemOf(passphrase.input.value, again.input.value) ?? ''
    if (trouble.textContent !== '') return
    button.disabled = true
    button.textContent = 'Saving…'
    void save()
      .catch((error: unknown) => {
        trouble.textContent = errorText(error)
      })
      .finally(() => {
        button.disabled = false
        button.textContent = 'Save a backup'
      })
  }
  const element = h(
    'form',
    { class: 'stack view', on: { submit } },
    backLink('/settings', 'Settings'),
    viewHeading('Back up this wallet'),
    h(
      'p',
      {},
      'The file holds your keys and credentials, encrypted. Whoever has it and the passphrase is you. Without a backup, a lost device or cleared site data is a lost identity: nobody can give it back.',
    ),
    passphrase.label,
    passphrase.input,
    h(
      'p',
      { class: 'soft small' },
      `At least ${MIN_PASSPHRASE} characters; four unrelated words are good. Nobody can reset it.`,
    ),
    again.label,
    again.input,
    trouble,
    done,
    h('div', {}, button),
    h(
      'p',
      { class: 'soft small' },
      'Not in it: requests that wait, and the leave that sites have to send you messages. They ask again.',
    ),
  )
  return { title: 'Back up this wallet', element }
}

interface Field {
  readonly label: HTMLLabelElement
  readonly input: HTMLInputElement
}

export function passphraseField(
  id: string,
  name: string,
  autocomplete: 'new-password' | 'current-password',
): Field {
  return {
    label: h('label', { class: 'field-label', for: id }, name),
    input: h('input', {
      id,
      class: 'input',
      type: 'password',
      autocomplete,
      required: true,
      maxlength: '1000',
    }),
  }
}

function problemOf(passphrase: string, again: string): string | undefined {
  if ([...passphrase].length < MIN_PASSPHRASE) return `Take at least ${MIN_PASSPHRASE} characters.`
  return passphrase === again ? undefined : 'The two are not the same.'
}

function saveFile(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/json' }))
  h('a', { href: url, download: name }).click()
  setTimeout(() => URL.revokeObjectURL(url), SAVING_MS)
}
