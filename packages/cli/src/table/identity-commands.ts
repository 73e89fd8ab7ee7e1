import type { CommandSpec } from '../command-spec.ts'
import { CONFIRM_OPTIONS, PASSPHRASE_OPTIONS, PUBLISH_OPTIONS, RESOLVE_OPTIONS } from '../global-options.ts'

const IDENTITY_NAME = { name: 'name', description: 'the identity, by name or DID', required: true }

/** Making, registering and keeping identities. */
export const IDENTITY_COMMANDS: readonly CommandSpec[] = [
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
      contract: {
        type: 'flag',
        description: 'make it a contract that a key owns: it outlives the key (costs a transaction)',
      },
      key: { type: 'text', value: 'id', description: 'contract: the key that owns it; its account pays' },
      recovery: {
        type: 'text',
        value: '0x..',
        description: 'contract: the account that can add an owner when that key is lost',
      },
      manager: {
        type: 'text',
        value: '0x..',
        description: 'contract: the IdentityManager; default: the configured one',
      },
      ...RESOLVE_OPTIONS,
      ...PASSPHRASE_OPTIONS,
      ...CONFIRM_OPTIONS,
    },
    examples: [
      { command: 'uport identity create ada --claim name="Ada Lovelace"', comment: 'a person' },
      {
        command: 'uport identity create shop --type app --public-name "Example shop"',
        comment: 'an application',
      },
      {
        command: 'uport identity create ada --contract --key phone --recovery 0x17..',
        comment: 'one that survives a lost phone',
      },
    ],
    load: async () => ({ run: (await import('../commands/identity.ts')).create }),
  },
  {
    path: ['identity', 'register'],
    summary: "publish an identity's document and write it into the registry",
    description: ['What is published stays public for good.'],
    positionals: [IDENTITY_NAME],
    options: { ...RESOLVE_OPTIONS, ...PUBLISH_OPTIONS, ...PASSPHRASE_OPTIONS, ...CONFIRM_OPTIONS },
    examples: [
      { command: 'uport identity register ada', comment: 'asks first' },
      { command: 'uport identity register ada --yes --json', comment: 'for scripts' },
    ],
    load: async () => ({ run: (await import('../commands/identity.ts')).register }),
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
    load: async () => ({ run: (await import('../commands/identity.ts')).show }),
  },
  {
    path: ['identity', 'rotate'],
    summary: 'give an identity a new signing key and register it',
    description: [
      'The DID stays. What the old key signs from now on is refused; the old key stays in the key store.',
    ],
    positionals: [IDENTITY_NAME],
    options: { ...RESOLVE_OPTIONS, ...PUBLISH_OPTIONS, ...PASSPHRASE_OPTIONS, ...CONFIRM_OPTIONS },
    examples: [{ command: 'uport identity rotate ada --yes', comment: 'without asking' }],
    load: async () => ({ run: (await import('../commands/identity.ts')).rotate }),
  },
  {
    path: ['identity', 'recover'],
    summary: 'bring a contract identity to a new device by its recovery key',
    description: [
      'The recovery key makes another key an owner of the identity; after the waiting time of its manager that key registers a new document. The lost device keeps its power until an older owner removes it.',
      'An identity that is an account of a key cannot be recovered: restore its key from a backup with `uport keys import`.',
    ],
    positionals: [{ name: 'name', description: 'how this machine calls it', required: true }],
    options: {
      did: { type: 'text', value: 'did', description: 'the identity, where this machine does not know it' },
      'recovery-key': { type: 'text', value: 'id', description: 'the recovery key, in this key store' },
      key: { type: 'text', value: 'id', description: 'the new owner, a key in this key store' },
      manager: { type: 'text', value: '0x..', description: 'the IdentityManager that holds it' },
      claim: {
        type: 'list',
        value: 'name=value',
        description: 'what the wallet tells of the person where it is asked for and approved',
      },
      ...RESOLVE_OPTIONS,
      ...PASSPHRASE_OPTIONS,
      ...CONFIRM_OPTIONS,
    },
    examples: [
      {
        command: 'uport identity recover ada --did did:uport:34w.. --recovery-key paper --key laptop',
        comment: 'the phone is lost',
      },
    ],
    load: async () => ({ run: (await import('../commands/identity.ts')).recover }),
  },
]
