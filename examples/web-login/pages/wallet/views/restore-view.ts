import { MAX_BACKUP_BYTES } from '../backup/backup-file.ts'
import { inUse, restoreBackup } from '../backup/restore-backup.ts'
import { h } from '../dom/h.ts'
import { errorText } from '../text/error-text.ts'
import { passphraseField } from './backup-view.ts'
import { backLink, viewHeading } from './common.ts'
import type { AppContext, View } from './view.ts'

/** Brings a wallet back from its file. */
export function restoreView({ session }: AppContext): View {
  const file = h('input', {
    id: 'restore-file',
    class: 'input',
    type: 'file',
    accept: '.json,application/json',
    required: true,
  })
  const passphrase = passphraseField('restore-passphrase', 'Its passphrase', 'current-password')
  const button = h('button', { type: 'submit', class: 'button large' }, 'Restore the wallet')
  const trouble = h('p', { class: 'error', role: 'alert' })

  const restore = async (): Promise<void> => {
    const [chosen] = file.files ?? []
    if (chosen === undefined) throw new Error('Choose the file of your backup.')
    if (chosen.size > MAX_BACKUP_BYTES) throw new Error('This file is too large for a backup of a wallet.')
    await restoreBackup(await chosen.text(), passphrase.input.value, session.parts)
    // A wallet that begins anew sees all that there is now.
    location.replace('/')
  }
  const submit = (event: SubmitEvent): void => {
    event.preventDefault()
    trouble.textContent = ''
    button.disabled = true
    button.textContent = 'Restoring…'
    void guarded()
      .then(restore)
      .catch((error: unknown) => {
        trouble.textContent = errorText(error)
        button.disabled = false
        button.textContent = 'Restore the wallet'
      })
  }
  /** A backup takes the place of what is here: a wallet that is in use would be lost. */
  const guarded = async (): Promise<void> => {
    if (await session.hasIdentity()) throw inUse()
  }
  const element = h(
    'form',
    { class: 'stack view', on: { submit } },
    backLink('/', 'Back'),
    viewHeading('Restore a wallet'),
    h(
      'p',
      {},
      'With the file that you saved and its passphrase, your identities, credentials and accounts come back.',
    ),
    h('label', { class: 'field-label', for: 'restore-file' }, 'Backup file'),
    file,
    passphrase.label,
    passphrase.input,
    trouble,
    h('div', {}, button),
  )
  return { title: 'Restore a wallet', element }
}
