import type { CommandRun, CommandSpec } from './command-spec.ts'
import {
  CONFIRM_OPTIONS,
  KEY_OPTIONS,
  PUBLISH_OPTIONS,
  RELAY_OPTIONS,
  RESOLVE_OPTIONS,
} from './global-options.ts'

const { 'passphrase-file': passphraseFile } = KEY_OPTIONS
const PASSPHRASE = passphraseFile === undefined ? {} : { 'passphrase-file': passphraseFile }
const IDENTITY_NAME = { name: 'name', description: 'the identity, by name or DID', required: true }

/** A command that another package brings, run in a process of its own. */
function delegated(spec: Omit<CommandSpec, 'load'> & Required<Pick<CommandSpec, 'delegate'>>): CommandSpec {
  const { delegate } = spec
  const load = async (): Promise<{ readonly run: CommandRun }> => {
    const { delegateTo } = await import('./commands/delegate.ts')
    return { run: delegateTo(delegate ?? { package: '', bin: '' }) }
  }
  return { ...spec, load }
}

/** Every command there is. */
export const COMMANDS: readonly CommandSpec[] = Object.freeze<CommandSpec[]>([
  {
    path: ['identity', 'create'],
    summary: 'make a key and the identity that its account is',
    description: [
      'The identity can be resolved once it is registered: that takes a little Ether in its account.',
    ],
    positionals: [{ name: 'name', description: 'how this machine calls it', required: true }],
    options: {
      type: {
        type: 'text',
        value: 'kind',
        choices: ['person', 'app', 'organization'],
        description: 'what its document calls it; default person',
      },
      'public-name': { type: 'text', value: 'text', description: 'a name in its document, for all to read' },
      description: {
        type: 'text',
        value: 'text',
        description: 'a sentence in its document, for all to read',
      },
      url: { type: 'text', value: 'url', description: 'a link in its document, for all to read' },
      claim: {
        type: 'list',
        value: 'name=value',
        description: 'what the wallet tells of the person where it is asked for and approved',
      },
      network: RESOLVE_OPTIONS['network']!,
      ...PASSPHRASE,
    },
    examples: [
      { command: 'uport identity create ada --claim name="Ada Lovelace"', comment: 'a person' },
      {
        command: 'uport identity create shop --type app --public-name "Example shop"',
        comment: 'an application',
      },
    ],
    load: async () => ({ run: (await import('./commands/identity.ts')).create }),
  },
  {
    path: ['identity', 'register'],
    summary: "publish an identity's document and write it into the registry",
    description: ['What is published stays public for good.'],
    positionals: [IDENTITY_NAME],
    options: { ...RESOLVE_OPTIONS, ...PUBLISH_OPTIONS, ...PASSPHRASE, ...CONFIRM_OPTIONS },
    examples: [
      { command: 'uport identity register ada', comment: 'asks first' },
      { command: 'uport identity register ada --yes --json', comment: 'for scripts' },
    ],
    load: async () => ({ run: (await import('./commands/identity.ts')).register }),
  },
  {
    path: ['identity', 'show'],
    summary: 'show the identities of this machine, or one and what the registry says of it',
    positionals: [{ ...IDENTITY_NAME, required: false }],
    options: { ...RESOLVE_OPTIONS },
    examples: [
      { command: 'uport identity show', comment: 'all of them' },
      { command: 'uport identity show ada', comment: 'is it registered, and is its key listed?' },
    ],
    load: async () => ({ run: (await import('./commands/identity.ts')).show }),
  },
  {
    path: ['identity', 'rotate'],
    summary: 'give an identity a new signing key and register it',
    description: [
      'The DID stays. What the old key signs from now on is refused; the old key stays in the key store.',
    ],
    positionals: [IDENTITY_NAME],
    options: { ...RESOLVE_OPTIONS, ...PUBLISH_OPTIONS, ...PASSPHRASE, ...CONFIRM_OPTIONS },
    examples: [{ command: 'uport identity rotate ada --yes', comment: 'without asking' }],
    load: async () => ({ run: (await import('./commands/identity.ts')).rotate }),
  },
  {
    path: ['resolve'],
    summary: 'resolve a DID to its document',
    positionals: [{ name: 'did', description: 'a DID or an MNID', required: true }],
    options: {
      legacy: { type: 'flag', description: 'in the vocabulary of old peers' },
      w3c: { type: 'flag', description: 'in the vocabulary of the W3C' },
      ...RESOLVE_OPTIONS,
    },
    examples: [
      { command: 'uport resolve 2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX', comment: 'from registry and IPFS' },
      { command: 'uport resolve did:web:example.com --json', comment: 'from a web site' },
    ],
    load: () => import('./commands/resolve.ts'),
  },
  {
    path: ['sign'],
    summary: 'sign a JSON object as a token (JWT)',
    description: ['iss, iat and exp are set here.'],
    positionals: [
      { name: 'claims', description: 'a JSON file, or - for standard input', required: true, isFile: true },
    ],
    options: {
      sub: { type: 'text', value: 'did', description: 'whom the token is about' },
      aud: { type: 'text', value: 'did', description: 'to whom it is addressed' },
      'expires-in': {
        type: 'text',
        value: 'seconds',
        description: 'how long it is valid; default: without end',
      },
      ...KEY_OPTIONS,
    },
    examples: [
      {
        command: `echo '{"claim":{"degree":"MSc"}}' | uport sign - --sub did:uport:2nQ.. --expires-in 31536000`,
        comment: 'a credential',
      },
      { command: 'uport sign claims.json --as shop', comment: 'as another identity' },
    ],
    load: () => import('./commands/sign.ts'),
  },
  {
    path: ['verify'],
    summary: 'verify a token and explain every rule that was applied',
    description: [
      'Rules are applied in the order printed, and the first that fails decides. Exit code 4 says that the token is not valid, 5 that a source failed and nothing is said about it.',
    ],
    positionals: [
      {
        name: 'token',
        description: 'the token, @file, or - for standard input',
        required: true,
        isFile: true,
      },
    ],
    options: {
      audience: {
        type: 'list',
        value: 'did',
        description: 'a DID of yours: to whom the token may be addressed',
      },
      callback: {
        type: 'text',
        value: 'url',
        description: 'a callback of yours: to which it may be addressed',
      },
      at: { type: 'text', value: 'time', description: 'Unix seconds or a date; default: now' },
      skew: { type: 'text', value: 'seconds', description: 'how far the clocks may differ; default 60' },
      'require-expiry': { type: 'flag', description: 'refuse a token without exp' },
      'require-audience': { type: 'flag', description: 'refuse a token that names no audience' },
      authentication: { type: 'flag', description: 'take only keys that may authenticate' },
      'legacy-times': { type: 'flag', description: 'read times that early signers wrote in milliseconds' },
      ...RESOLVE_OPTIONS,
    },
    examples: [
      { command: 'uport verify @token.jwt', comment: 'from a file' },
      { command: 'uport verify - --audience did:uport:2nQ.. < token.jwt', comment: 'addressed to you?' },
      {
        command: 'uport verify @token.jwt --at 2018-06-01T00:00:00Z --skew 300',
        comment: 'was it valid then?',
      },
    ],
    load: () => import('./commands/verify.ts'),
  },
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
    load: () => import('./commands/request.ts'),
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
    load: () => import('./commands/wallet.ts'),
  },
  {
    path: ['mnid'],
    summary: 'show an account in all its spellings: MNID, DID, address, CAIP-10',
    positionals: [
      { name: 'account', description: 'an MNID, a did:uport, a CAIP-10 id or an address', required: true },
    ],
    options: { network: RESOLVE_OPTIONS['network']! },
    examples: [
      { command: 'uport mnid 2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX', comment: 'what is in it?' },
      { command: 'uport mnid 0x00521965e7bd230323c423d96c657db5b79d099f --network 0x4', comment: 'make one' },
    ],
    load: () => import('./commands/mnid.ts'),
  },
  {
    path: ['keys', 'list'],
    summary: 'list the keys of this machine',
    examples: [{ command: 'uport keys list', comment: 'asks for no passphrase' }],
    load: async () => ({ run: (await import('./commands/keys.ts')).list }),
  },
  {
    path: ['keys', 'create'],
    summary: 'make a key in an encrypted file',
    positionals: [{ name: 'id', description: 'how it is called; default: its address', required: false }],
    options: { ...PASSPHRASE },
    examples: [{ command: 'uport keys create backup', comment: 'asks for a passphrase twice' }],
    load: async () => ({ run: (await import('./commands/keys.ts')).create }),
  },
  {
    path: ['keys', 'import'],
    summary: 'bring in a key that ethers, geth or another wallet wrote',
    positionals: [{ name: 'file', description: 'a Web3 Secret Storage file', required: true, isFile: true }],
    options: {
      id: { type: 'text', value: 'id', description: 'how it is called here; default: its address' },
      'file-passphrase-file': {
        type: 'text',
        value: 'file',
        isFile: true,
        description: 'the passphrase of the imported file',
      },
      ...PASSPHRASE,
    },
    examples: [
      {
        command: 'uport keys import UTC--2026-01-01.json --id savings',
        comment: 'under your own passphrase',
      },
    ],
    load: async () => ({ run: (await import('./commands/keys.ts')).importKey }),
  },
  {
    path: ['keys', 'export'],
    summary: 'print a key as an encrypted file for a backup or another wallet',
    positionals: [{ name: 'id', description: 'the key', required: true }],
    options: {
      'file-passphrase-file': {
        type: 'text',
        value: 'file',
        isFile: true,
        description: 'the passphrase for the exported file',
      },
      ...PASSPHRASE,
    },
    examples: [
      { command: 'uport keys export ada > ada.json', comment: 'encrypted; ethers and geth read it' },
    ],
    load: async () => ({ run: (await import('./commands/keys.ts')).exportKey }),
  },
  {
    path: ['keys', 'delete'],
    summary: 'delete a key',
    positionals: [{ name: 'id', description: 'the key', required: true }],
    options: {
      force: { type: 'flag', description: 'also a key that an identity needs' },
      ...CONFIRM_OPTIONS,
    },
    examples: [{ command: 'uport keys delete backup', comment: 'asks first' }],
    load: async () => ({ run: (await import('./commands/keys.ts')).remove }),
  },
  delegated({
    path: ['conformance'],
    summary: "prove that your part keeps its port's promises",
    description: [
      'Everything behind the word goes to uport-conformance (npm: @uport-kit/conformance); `uport conformance -- --help` tells its options.',
    ],
    delegate: { package: '@uport-kit/conformance', bin: 'uport-conformance' },
    examples: [
      { command: 'uport conformance key-store ./my-store.js', comment: 'run the cases of a port' },
      { command: 'uport conformance --list', comment: 'what they prove' },
    ],
  }),
  {
    path: ['devnet'],
    summary: 'run a chain with the uPort registry, IPFS and a relay on this machine',
    description: ['Needs @uport-kit/devnet. Runs until it is interrupted; everything listens on 127.0.0.1.'],
    options: {
      save: { type: 'flag', description: 'make it the configured network: later calls need no options' },
      'data-dir': {
        type: 'text',
        value: 'directory',
        isFile: true,
        description: 'keep everything there; default: nothing is kept',
      },
      'rpc-port': { type: 'text', value: 'n', description: 'port of the Ethereum node' },
      'gateway-port': { type: 'text', value: 'n', description: 'port of the IPFS gateway' },
      'ipfs-api-port': { type: 'text', value: 'n', description: 'port of the IPFS RPC API' },
      'relay-port': { type: 'text', value: 'n', description: 'port of the relay' },
    },
    examples: [
      { command: 'uport devnet --save', comment: 'in one terminal; everything else in another' },
      {
        command: 'uport devnet --data-dir .uport/devnet --json',
        comment: 'keep it, and print the endpoints as JSON',
      },
    ],
    load: () => import('./commands/devnet.ts'),
  },
  delegated({
    path: ['relay'],
    summary: 'run a message relay',
    description: [
      'Everything behind the word goes to uport-relay (npm: @uport-kit/relay-server); `uport relay -- --help` tells its options.',
    ],
    delegate: { package: '@uport-kit/relay-server', bin: 'uport-relay' },
    examples: [
      { command: 'uport relay --memory --port 8080', comment: 'for a trial' },
      {
        command: 'uport relay --data /var/lib/uport --public-url https://relay.example',
        comment: 'for good',
      },
    ],
  }),
  {
    path: ['completion'],
    summary: 'print a script that completes the command in a shell',
    positionals: [
      { name: 'shell', description: 'which shell', required: true, choices: ['bash', 'zsh', 'fish'] },
    ],
    examples: [
      { command: 'source <(uport completion bash)', comment: 'in ~/.bashrc' },
      { command: 'uport completion zsh > ~/.zfunc/_uport', comment: 'a folder of fpath' },
      { command: 'uport completion fish > ~/.config/fish/completions/uport.fish', comment: 'fish' },
    ],
    load: () => import('./commands/completion.ts'),
  },
])
