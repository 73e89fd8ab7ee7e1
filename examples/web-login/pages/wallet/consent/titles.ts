import type { ConsentScreen, ScreenDetails, WalletOutcome } from '@uport-kit/wallet'
import { etherText } from '../text/ether-text.ts'

/** What is asked, in a few words, and the word for agreeing to it. */
export interface Titles {
  readonly asks: string
  readonly approve: string
}

export function titlesOf({ details }: ConsentScreen): Titles {
  switch (details.kind) {
    case 'disclosure':
      return { asks: 'wants to know who you are', approve: 'Share and log in' }
    case 'credential':
      return { asks: 'offers you a credential', approve: 'Keep the credential' }
    case 'signature':
      return { asks: SIGNATURES[details.form], approve: 'Sign' }
    case 'transaction':
      return transactionTitles(details)
    case 'unsigned':
      return { asks: 'Somebody asks for something', approve: 'Go on' }
    case 'other':
      return { asks: 'asks for something', approve: 'Approve' }
  }
}

const SIGNATURES = {
  claim: 'asks you to sign a statement',
  personal: 'asks you to sign a message',
  'typed-data': 'asks you to sign data',
} as const

function transactionTitles({ form, value }: Extract<ScreenDetails, { kind: 'transaction' }>): Titles {
  const amount = etherText(value)
  // What does not fit a button is said above it, twice.
  const isShort = amount.length <= 12
  if (form === 'transfer')
    return { asks: `asks you to send ${amount}`, approve: isShort ? `Send ${amount}` : 'Send it' }
  if (form === 'creation') return { asks: 'asks you to create a contract', approve: 'Create the contract' }
  return {
    asks: 'asks you to call a contract',
    approve: value === 0n || !isShort ? 'Send the call' : `Send with ${amount}`,
  }
}

/** What was agreed to, afterwards. */
export function doneText({ details }: ConsentScreen, decision: WalletOutcome['decision']): string {
  if (decision === 'declined') return 'You declined. The site has been told, and learns nothing else.'
  if (decision === 'failed') return 'It could not be done. The site has been told so, without a reason.'
  switch (details.kind) {
    case 'disclosure':
      return 'The site has what you agreed to share.'
    case 'credential':
      return 'The credential is in your wallet.'
    case 'signature':
      return 'Your signature is with the site.'
    case 'transaction':
      return 'The transaction is signed and sent, and the site knows its hash.'
    default:
      return 'Your answer is with the site.'
  }
}
