import { Interface } from 'ethers'

/** The contract that holds identities: one that owners call themselves, or one that also takes calls from its `TxRelay`. */
export interface ManagerContract {
  /** `identity`: `IdentityManager`. `meta`: `MetaIdentityManager`, whose functions name the acting key first. */
  readonly kind: 'identity' | 'meta'
  /** `0x` and 40 hex digits. */
  readonly address: string
}

const CREATION = [
  'function createIdentity(address owner, address recoveryKey)',
  'function createIdentityWithCall(address owner, address recoveryKey, address destination, bytes data)',
  'function registerIdentity(address owner, address recoveryKey)',
]

const VIEWS = [
  'function isOwner(address identity, address owner) view returns (bool)',
  'function isOlderOwner(address identity, address owner) view returns (bool)',
  'function isRecovery(address identity, address recoveryKey) view returns (bool)',
  'function migrationInitiated(address) view returns (uint256)',
  'function migrationNewAddress(address) view returns (address)',
]

/** Functions that act for a key, without the key that `MetaIdentityManager` has in front. */
const ACTS = [
  ['forwardTo', 'address identity, address destination, uint256 value, bytes data'],
  ['addOwner', 'address identity, address newOwner'],
  ['addOwnerFromRecovery', 'address identity, address newOwner'],
  ['removeOwner', 'address identity, address owner'],
  ['changeRecovery', 'address identity, address recoveryKey'],
  ['initiateMigration', 'address identity, address newIdManager'],
  ['cancelMigration', 'address identity'],
  ['finalizeMigration', 'address identity'],
] as const

export type Act = (typeof ACTS)[number][0]

export const MANAGERS: Readonly<Record<ManagerContract['kind'], Interface>> = Object.freeze({
  identity: new Interface([
    ...CREATION,
    ...VIEWS,
    ...ACTS.map(([name, inputs]) => `function ${name}(${inputs})`),
  ]),
  meta: new Interface([
    ...CREATION,
    ...VIEWS,
    ...ACTS.map(([name, inputs]) => `function ${name}(address sender, ${inputs})`),
  ]),
})

/** The events of both managers. Those of version 1 have the same members under names without `Log`. */
export const EVENTS: Interface = new Interface(
  [
    'IdentityCreated(address indexed identity, address indexed creator, address owner, address indexed recoveryKey)',
    'OwnerAdded(address indexed identity, address indexed owner, address instigator)',
    'OwnerRemoved(address indexed identity, address indexed owner, address instigator)',
    'MigrationFinalized(address indexed identity, address indexed newIdManager, address instigator)',
  ].flatMap((event) => [`event Log${event}`, `event ${event}`]),
)

export const PROXY: Interface = new Interface([
  'function forward(address destination, uint256 value, bytes data)',
  'function transfer(address newOwner)',
  'function owner() view returns (address)',
])

export const TX_RELAY: Interface = new Interface([
  'function relayMetaTx(uint8 sigV, bytes32 sigR, bytes32 sigS, address destination, bytes data, address listOwner)',
  'function getNonce(address add) view returns (uint256)',
  'function addToWhitelist(address[] sendersToUpdate)',
  'function removeFromWhitelist(address[] sendersToUpdate)',
  'function whitelist(address, address) view returns (bool)',
])

export const REGISTRY: Interface = new Interface([
  'function set(bytes32 registrationIdentifier, address subject, bytes32 value)',
  'function get(bytes32 registrationIdentifier, address issuer, address subject) view returns (bytes32)',
])
