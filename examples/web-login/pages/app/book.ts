import { isUportError } from '@uport-kit/core'
import { BrowserProvider, Contract, isError } from 'ethers'
import { plainLine } from '../../src/shared/plain-line.ts'
import { h } from '../shared/h.ts'
import { call } from '../shared/site.ts'
import { shortText } from '../shared/text.ts'
import { forgetLine, type KeptLine, keepLine, keptLine } from './kept-line.ts'
import type { Library } from './library.ts'
import { openLibraryProvider } from './library-provider.ts'
import { report } from './report.ts'

const BOOK = ['function sign(string line)', 'event Signed(address indexed guest, string line)'] as const
/** The contract takes no more. */
const MAX_BYTES = 280
const SHOWN = 20
const POLL_MS = 500
/** For a transaction to get into a block. */
const WAIT_MS = 600_000

const WORDS = {
  title: 'Sign the guest book',
  scan: 'Scan this code with your wallet. It shows the line and the fee before it sends anything.',
  open: 'Open my wallet on this device',
  done: 'Your wallet has sent it.',
}

/** A transaction that the wallet has sent. */
interface Sent {
  readonly hash: string
  wait(): Promise<{ readonly blockNumber: number; readonly status: number | null } | null>
}

/** The guest book through ethers: the person's account is an EIP-1193 provider like any other. */
export function buildBook(library: Library): HTMLElement {
  const { person } = library.visit
  const did = person?.did ?? ''
  let line = ''
  const { provider, resume } = openLibraryProvider(library, (requestId) => keepLine({ did, line, requestId }))
  const ethereum = new BrowserProvider(provider, undefined, { staticNetwork: true })
  ethereum.pollingInterval = POLL_MS
  const { guestBook } = library.visit.library
  const lines = h('ul', { class: 'list lines' })
  const status = h('div', { role: 'status' })

  const read = async (): Promise<void> => {
    try {
      const logs = await new Contract(guestBook, BOOK, ethereum).queryFilter('Signed', 0)
      const items = logs
        .slice(-SHOWN)
        .reverse()
        .flatMap((log) => ('args' in log ? [log] : []))
      lines.replaceChildren(
        ...items.map(({ args, blockNumber }) =>
          h(
            'li',
            { class: 'stack tight' },
            h('blockquote', { class: 'theirs' }, plainLine(String(args['line']), MAX_BYTES)),
            h(
              'p',
              { class: 'by' },
              h('span', { class: 'code' }, shortText(String(args['guest']), 8, 4)),
              `, in block ${blockNumber}`,
            ),
          ),
        ),
      )
      if (items.length === 0)
        lines.replaceChildren(h('li', { class: 'soft' }, 'The book is empty. Write the first line.'))
    } catch {
      lines.replaceChildren(
        h('li', { class: 'soft' }, 'The chain does not answer. Reload the page to try again.'),
      )
    }
  }

  /** Waits for the wallet, then for a block. */
  const settle = async (send: () => Promise<Sent>): Promise<boolean> => {
    library.say(undefined)
    library.dialog.messages = WORDS
    say(status, 'busy', 'Waiting for your wallet.')
    try {
      const sent = await send()
      keepLine({ did, line, hash: sent.hash })
      say(status, 'busy', `Your wallet has sent it (${shortText(sent.hash, 8, 4)}). Waiting for a block.`)
      const receipt = await sent.wait()
      forgetLine()
      if (receipt?.status === 0) throw new Error('the book has not taken it')
      say(status, '', `Your line stands in block ${receipt?.blockNumber}.`)
      await read()
      return true
    } catch (error) {
      status.replaceChildren()
      if (isOver(error)) forgetLine()
      await tellFailure(library, error)
      return false
    }
  }

  const sign = (written: string): Promise<boolean> => {
    line = written
    return settle(async () => {
      const book = new Contract(guestBook, BOOK, await ethereum.getSigner())
      return book.getFunction('sign').send(written)
    })
  }

  /** Goes on with what was on the screen when the page was reloaded. */
  const goOn = (kept: KeptLine): Promise<boolean> => {
    line = kept.line
    return settle(async () => {
      const hash = kept.hash ?? (await resume(kept.requestId ?? '')).hash
      return { hash, wait: () => ethereum.waitForTransaction(hash, 1, WAIT_MS) }
    })
  }

  void read()
  return h(
    'section',
    { class: 'card', 'aria-labelledby': 'book-title' },
    person !== undefined && [
      h('h2', {}, 'Sign the book'),
      person.account === undefined ? noAccount() : form({ sign, goOn, kept: keptLine(did), status }),
    ],
    h('h2', { id: 'book-title' }, 'What guests have written'),
    lines,
  )
}

/** The person or the clock has ended it: a reload has nothing to go on with. */
function isOver(error: unknown): boolean {
  return isError(error, 'ACTION_REJECTED') || (isUportError(error) && error.code.startsWith('REQUEST_'))
}

async function tellFailure(library: Library, error: unknown): Promise<void> {
  if (isOver(error)) {
    const text = 'You said no in your wallet, or the request was closed or ran out.'
    return library.say({ kind: 'warn', title: 'Nothing was written.', text })
  }
  try {
    // Whoever is not logged in any more gets no signature from the server.
    await call('/api/session/person')
    const text = 'The book is unchanged as far as we know. Look at your wallet before you try again.'
    library.say({ kind: 'warn', title: 'That did not work.', text })
  } catch (problem) {
    await report(library, problem, { what: 'Signing the book' })
  }
}

function noAccount(): HTMLElement {
  return h(
    'p',
    { class: 'soft' },
    'To sign, log in again and let your wallet name an account. Without one you can read.',
  )
}

interface FormParts {
  readonly sign: (line: string) => Promise<boolean>
  readonly goOn: (kept: KeptLine) => Promise<boolean>
  /** What a reload goes on with. */
  readonly kept: KeptLine | undefined
  readonly status: HTMLElement
}

function form({ sign, goOn, kept, status }: FormParts): HTMLElement {
  const input = h('input', {
    id: 'line',
    type: 'text',
    required: true,
    maxlength: '200',
    autocomplete: 'off',
    'aria-describedby': 'line-hint',
  })
  const button = h('button', { type: 'submit', class: 'button' }, 'Sign the book')
  const problem = h('p', { class: 'problem', role: 'alert' })
  const during = async (signing: Promise<boolean>): Promise<void> => {
    button.disabled = true
    if (await signing) input.value = ''
    button.disabled = false
  }
  const submit = (): void => {
    const line = input.value.trim()
    const isTooLong = new TextEncoder().encode(line).length > MAX_BYTES
    problem.textContent = isTooLong ? 'That is too long for the book. Please shorten it.' : ''
    if (line !== '' && !isTooLong) void during(sign(line))
  }
  if (kept !== undefined) {
    input.value = kept.line
    // Once the page is drawn: the dialog is shown in it.
    queueMicrotask(() => void during(goOn(kept)))
  }
  return h(
    'form',
    {
      class: 'stack',
      on: {
        submit: (event) => {
          event.preventDefault()
          submit()
        },
      },
    },
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'line' }, 'Your line'),
      input,
      h(
        'p',
        { class: 'hint', id: 'line-hint' },
        'Everybody can read it, for ever. Your account stands beside it.',
      ),
      problem,
    ),
    h('div', { class: 'row' }, button, status),
  )
}

function say(status: HTMLElement, kind: string, text: string): void {
  status.replaceChildren(h('p', { class: `small ${kind}` }, text))
}
