import type { CommandSpec } from '../command-spec.ts'
import { KEY_OPTIONS, RELAY_OPTIONS, RESOLVE_OPTIONS } from '../global-options.ts'

/** Asking, and answering. */
export const EXCHANGE_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['request'],
    summary: 'ask a wallet for something and print the verified answer',
    description: [
      'Shows the request as a QR code and a link, waits for the reply on the relay, and verifies it.',
    ],
    positionals: [
      {
        name: 'kind',
        description: 'what is asked',
        required: true,
        choices: [
          'disclosure',
          'personal-sign',
          'typed-data',
          'transaction',
          'credential',
          'claim-signature',
        ],
      },
    ],
    options: {
      claim: {
        type: 'list',
        value: 'name',
        description: 'disclosure: an own claim to ask for; `name!` where it is essential',
      },
      credential: { type: 'list', value: 'name', description: 'disclosure: a kind of credential to ask for' },
      account: {
        type: 'text',
        value: 'kind',
        choices: ['general', 'keypair', 'segregated'],
        description: 'disclosure: an account on the chain to ask for',
      },
      message: {
        type: 'text',
        value: 'text',
        description: 'personal-sign: the text, @file, or - for standard input',
      },
      file: {
        type: 'text',
        value: 'file',
        isFile: true,
        description: 'typed-data, credential, claim-signature: the JSON, or - for standard input',
      },
      sub: {
        type: 'text',
        value: 'did',
        description: 'credential, claim-signature: whom the claim is about',
      },
      to: { type: 'text', value: 'address', description: 'transaction: the recipient' },
      value: { type: 'text', value: 'wei', description: 'transaction: the amount' },
      data: { type: 'text', value: '0x..', description: 'transaction: call data' },
      label: { type: 'text', value: 'text', description: 'transaction: a few words for the person' },
      wait: { type: 'flag', description: 'transaction: wait until it is in a block' },
      from: { type: 'text', value: 'account', description: 'signatures and transactions: who must act' },
      timeout: { type: 'text', value: 'seconds', description: 'how long the request lives; default 120' },
      qr: { type: 'flag', description: 'draw the QR code also where no terminal is' },
      png: { type: 'text', value: 'file', isFile: true, description: 'write the QR code there' },
      unsealed: { type: 'flag', description: 'take answers in clear, as old wallets send them' },
      proof: { type: 'flag', description: 'print the signed answer, too' },
      ...KEY_OPTIONS,
      ...RESOLVE_OPTIONS,
      ...RELAY_OPTIONS,
    },
    examples: [
      { command: 'uport request disclosure --claim name! --claim email', comment: 'who are you?' },
      { command: 'uport request personal-sign --message "I agree" --png code.png', comment: 'sign this' },
      { command: 'uport request transaction --to 0x17.. --value 1000 --as shop', comment: 'pay this' },
    ],
    load: () => import('../commands/request.ts'),
  },
  {
    path: ['wallet'],
    summary: 'answer a request that was scanned or pasted',
    description: [
      'Shows who asks, for what, and who receives the answer, then asks. Without a terminal it approves nothing unless --approve says so. Without a request it lists what waits.',
    ],
    positionals: [
      { name: 'request', description: 'a link or token, @file, or - for standard input', required: false },
    ],
    options: {
      image: { type: 'text', value: 'file', isFile: true, description: 'read the QR code in a PNG picture' },
      approve: { type: 'flag', description: 'approve what is asked, without asking' },
      decline: { type: 'flag', description: 'decline, and tell the requester so' },
      ...KEY_OPTIONS,
      ...RESOLVE_OPTIONS,
      ...RELAY_OPTIONS,
    },
    examples: [
      { command: 'uport wallet --image screenshot.png', comment: 'scan' },
      { command: "uport wallet 'https://id.uport.me/req/eyJ..' --as ada", comment: 'paste' },
      { command: 'uport wallet - --approve < request.txt', comment: 'for scripts' },
    ],
    load: () => import('../commands/wallet.ts'),
  },
]
