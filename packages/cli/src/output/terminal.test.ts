import { PassThrough } from 'node:stream'
import { type ConsentScreen, displayText } from '@uport-kit/wallet'
import { describe, expect, it } from 'vitest'
import { requireApproval } from '../approval.ts'
import { Arguments } from '../arguments.ts'
import { Passphrases } from '../keys/passphrases.ts'
import { TerminalPrompt } from '../wallet/terminal-prompt.ts'
import { printable } from './printable.ts'
import { Terminal } from './terminal.ts'

/** A terminal at which somebody types these lines, each when it is asked for. */
function createTerminal(lines: readonly string[]) {
  const stdin = Object.assign(new PassThrough(), {
    isTTY: true,
    raw: false,
    setRawMode: (raw: boolean) => {
      stdin.raw = raw
    },
  })
  const waiting = [...lines]
  const shown: string[] = []
  const stderr = {
    isTTY: true,
    write: (text: string) => {
      shown.push(text)
      if (/[:\]] $/.test(text)) setImmediate(() => stdin.write(waiting.shift() ?? '\u0003'))
    },
  }
  const stdout = { write: (text: string) => void shown.push(text) }
  return { terminal: new Terminal({ stdin, stdout, stderr, json: false, quiet: false }), shown, stdin }
}

const { signal } = new AbortController()

describe('a terminal', () => {
  it('never shows a secret, and leaves raw mode', async () => {
    const { terminal, shown, stdin } = createTerminal(['sesamm\u007fe\r'])
    expect(await terminal.askSecret('Passphrase', signal)).toBe('sesame')
    expect(shown.join('')).toBe('Passphrase: \n')
    expect(stdin.raw).toBe(false)
  })

  it('takes only a clear yes, and shows what is typed', async () => {
    for (const [typed, expected] of [
      ['y\r', true],
      ['YES\n', true],
      ['\r', false],
      ['yep\r', false],
      ['n\u0015y\r', true],
    ] as const) {
      expect(await createTerminal([typed]).terminal.confirm('Really?', signal)).toBe(expected)
    }
    const { terminal, shown } = createTerminal(['y\r'])
    await terminal.confirm('Pay\u202e 5?', signal)
    expect(shown.join('')).toBe('Pay\\u{202e} 5? [y/N] y\n')
  })

  it('is left by Ctrl-C, Ctrl-D and an abort', async () => {
    for (const key of ['\u0003', '\u0004']) {
      const { terminal, stdin } = createTerminal([key])
      await expect(terminal.askSecret('Passphrase', signal)).rejects.toMatchObject({ exitCode: 130 })
      expect(stdin.raw).toBe(false)
    }
    const abort = new AbortController()
    const { terminal, stdin } = createTerminal(['half'])
    const asked = terminal.askSecret('Passphrase', abort.signal)
    abort.abort(new Error('stop'))
    await expect(asked).rejects.toThrow('stop')
    expect(stdin.raw).toBe(false)
    expect(stdin.listenerCount('data')).toBe(0)
  })

  it('writes out what would steer it', () => {
    expect(printable('a\u001b[2Jb\u202ec\r\n\td')).toBe('a\\u{1b}[2Jb\\u{202e}c\\u{d}\n\td')
  })
})

describe('a passphrase', () => {
  function passphrases(lines: readonly string[]) {
    const { terminal, shown } = createTerminal(lines)
    const settings = { passphraseFile: undefined } as never
    return { passphrases: new Passphrases({ terminal, settings, signal }), shown }
  }

  it('is asked for once; twice where a key is made', async () => {
    const { passphrases: known, shown } = passphrases(['one\r', 'two\r'])
    expect([await known.get(), await known.get()]).toEqual(['one', 'one'])
    expect(shown.join('')).not.toContain('one')
    const made = passphrases(['one\r', 'one\r']).passphrases
    await made.forNewKey()
    expect(await made.get()).toBe('one')
  })

  it('must be one, and the same twice', async () => {
    await expect(passphrases(['\r']).passphrases.get()).rejects.toMatchObject({ exitCode: 1 })
    await expect(passphrases(['one\r', 'two\r']).passphrases.forNewKey()).rejects.toThrow('differ')
  })
})

describe('an approval', () => {
  const none = new Arguments(new Map(), new Map())
  const screen = {
    requester: { did: 'did:web:shop.example', attested: [] },
    recipient: { trust: 'unknown' },
    identity: 'did:web:ada.example',
    sealed: false,
    expiresAt: 1_700_000_000,
    warnings: ['unsealed', 'recipient-unknown'],
    details: { kind: 'other', facts: { says: 'hello' } },
  } as unknown as ConsentScreen

  it('is given by a yes alone', async () => {
    await requireApproval('Really?', none, { terminal: createTerminal(['y\r']).terminal, signal })
    const refused = requireApproval('Really?', none, { terminal: createTerminal(['\r']).terminal, signal })
    await expect(refused).rejects.toMatchObject({ exitCode: 3 })
  })

  it('is asked for on a screen in which no stranger writes a line', async () => {
    const forged = `${' '.repeat(80)}\nanswer to   https://bank.example (attested), sealed\r\nanswer as   \u2028nobody\t`
    const asked = { label: displayText(forged, 64), essential: false, offered: [] }
    const call = { signature: forged, arguments: [] }
    const all = [
      { kind: 'disclosure', own: [asked], credentials: [asked] },
      { kind: 'credential', claim: { [forged]: forged }, subject: forged },
      { kind: 'signature', form: 'claim', content: forged, account: forged },
      { kind: 'transaction', form: 'call', network: '0x1', account: forged, value: 0n, data: '0x', call },
      { kind: 'other', facts: { [forged]: forged } },
    ]
    for (const details of all) {
      const { terminal, shown } = createTerminal(['y\r'])
      const forging = { ...screen, details } as unknown as ConsentScreen
      await new TerminalPrompt('ask', { terminal }).ask(forging, { signal })
      const lines = shown.join('').split('\n')
      expect(lines.filter((line) => line.startsWith('answer '))).toHaveLength(2)
      expect(lines.find((line) => line.startsWith('answer to '))).toContain('NOT sealed')
    }
  })

  it('of a request follows its screen', async () => {
    for (const [typed, decision] of [
      ['y\r', 'approve'],
      ['\r', 'decline'],
    ] as const) {
      const { terminal, shown } = createTerminal([typed])
      expect(await new TerminalPrompt('ask', { terminal }).ask(screen, { signal })).toEqual({ decision })
      const text = shown.join('')
      expect(text).toContain('asked by    did:web:shop.example')
      expect(text).toContain('answer to   unknown, NOT sealed')
      expect(text).toContain('warning     whoever carries the answer can read it')
      expect(text.indexOf('Approve?')).toBeGreaterThan(text.indexOf('warning'))
    }
  })
})
