import type { CommandSpec } from '../command-spec.ts'
import { CONFIRM_OPTIONS, PASSPHRASE_OPTIONS } from '../global-options.ts'

/** Keys in encrypted files. */
export const KEY_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['keys', 'list'],
    summary: 'list the keys of this machine',
    examples: [{ command: 'uport keys list', comment: 'asks for no passphrase' }],
    load: async () => ({ run: (await import('../commands/keys.ts')).list }),
  },
  {
    path: ['keys', 'create'],
    summary: 'make a key in an encrypted file',
    positionals: [{ name: 'id', description: 'how it is called; default: its address', required: false }],
    options: { ...PASSPHRASE_OPTIONS },
    examples: [{ command: 'uport keys create backup', comment: 'asks for a passphrase twice' }],
    load: async () => ({ run: (await import('../commands/keys.ts')).create }),
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
      ...PASSPHRASE_OPTIONS,
    },
    examples: [
      {
        command: 'uport keys import UTC--2026-01-01.json --id savings',
        comment: 'under your own passphrase',
      },
    ],
    load: async () => ({ run: (await import('../commands/keys.ts')).importKey }),
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
      ...PASSPHRASE_OPTIONS,
    },
    examples: [
      { command: 'uport keys export ada > ada.json', comment: 'encrypted; ethers and geth read it' },
    ],
    load: async () => ({ run: (await import('../commands/keys.ts')).exportKey }),
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
    load: async () => ({ run: (await import('../commands/keys.ts')).remove }),
  },
]
