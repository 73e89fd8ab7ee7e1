import type { Options } from './command-spec.ts'

/** Understood by every command. */
export const GLOBAL_OPTIONS: Options = {
  json: {
    type: 'flag',
    description: 'print one JSON document; progress and errors are JSON lines on standard error',
  },
  quiet: { type: 'flag', description: 'print no progress' },
  home: {
    type: 'text',
    value: 'directory',
    isFile: true,
    description: 'where configuration and keys are (UPORT_HOME)',
  },
  debug: { type: 'flag', description: 'print the stack of an error' },
}

/** How a key is opened. */
export const PASSPHRASE_OPTIONS: Options = {
  'passphrase-file': {
    type: 'text',
    value: 'file',
    isFile: true,
    description: 'read the passphrase of the keys from there instead of asking (UPORT_PASSPHRASE_FILE)',
  },
}

/** Whom to act as, and how to open its keys. */
export const KEY_OPTIONS: Options = {
  as: {
    type: 'text',
    value: 'identity',
    description: 'name or DID; default: the configured one (UPORT_IDENTITY)',
  },
  ...PASSPHRASE_OPTIONS,
}

/** Which chain. */
export const NETWORK_OPTIONS: Options = {
  network: { type: 'text', value: '0x..', description: 'the chain, by its id in hex (UPORT_NETWORK)' },
}

/** How DIDs are resolved. */
export const RESOLVE_OPTIONS: Options = {
  ...NETWORK_OPTIONS,
  'rpc-url': { type: 'list', value: 'url', description: 'Ethereum endpoint of that chain (UPORT_RPC_URL)' },
  registry: {
    type: 'text',
    value: '0x..',
    description: "address of that chain's uPort registry (UPORT_REGISTRY)",
  },
  gateway: { type: 'list', value: 'url', description: 'IPFS gateway to read documents from (UPORT_GATEWAY)' },
}

/** How documents are published. */
export const PUBLISH_OPTIONS: Options = {
  'ipfs-api': {
    type: 'text',
    value: 'url',
    description: 'RPC API of an IPFS node to publish with (UPORT_IPFS_API)',
  },
}

export const RELAY_OPTIONS: Options = {
  relay: { type: 'text', value: 'url', description: 'message relay (UPORT_RELAY)' },
}

export const CONFIRM_OPTIONS: Options = {
  yes: { type: 'flag', description: 'do it without asking' },
}
