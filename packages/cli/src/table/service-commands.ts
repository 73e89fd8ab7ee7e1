import type { CommandSpec, Delegate } from '../command-spec.ts'
import { NETWORK_OPTIONS } from '../global-options.ts'

/** A command that another package brings, run in a process of its own. */
function delegated(delegate: Delegate, spec: Omit<CommandSpec, 'load' | 'delegate'>): CommandSpec {
  const load = async () => ({ run: (await import('../commands/delegate.ts')).delegateTo(delegate) })
  return { ...spec, delegate, load }
}

const CONFORMANCE: Delegate = {
  package: '@uport-kit/conformance',
  bin: 'uport-conformance',
  locate: () => import.meta.resolve('@uport-kit/conformance/package.json'),
}

const RELAY: Delegate = {
  package: '@uport-kit/relay-server',
  bin: 'uport-relay',
  locate: () => import.meta.resolve('@uport-kit/relay-server/package.json'),
}

/** Networks, relays and proofs for developers and operators. */
export const SERVICE_COMMANDS: readonly CommandSpec[] = [
  delegated(CONFORMANCE, {
    path: ['conformance'],
    summary: "prove that your part keeps its port's promises",
    description: [
      'Everything behind the word goes to uport-conformance (npm: @uport-kit/conformance); `uport conformance -- --help` tells its options.',
    ],
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
      sponsor: { type: 'flag', description: 'also run a sponsor, which pays for transactions' },
      'sponsor-port': { type: 'text', value: 'n', description: 'port of the sponsor' },
    },
    examples: [
      { command: 'uport devnet --save', comment: 'in one terminal; everything else in another' },
      {
        command: 'uport devnet --data-dir .uport/devnet --json',
        comment: 'keep it, and print the endpoints as JSON',
      },
    ],
    load: () => import('../commands/devnet.ts'),
  },
  {
    path: ['fund'],
    summary: 'give an account Ether on a devnet',
    description: [
      'Sends 1 Ether from an account of the node itself, so it works on development chains on this machine alone.',
    ],
    positionals: [
      {
        name: 'account',
        description: 'an identity, a key or an address; identities on contracts: the key that pays',
        required: true,
      },
    ],
    options: NETWORK_OPTIONS,
    examples: [
      { command: 'uport fund ada', comment: 'then `uport identity register ada` can pay its fee' },
      { command: 'uport fund phone', comment: 'a key that will own a contract identity' },
    ],
    load: () => import('../commands/fund.ts'),
  },
  delegated(RELAY, {
    path: ['relay'],
    summary: 'run a message relay',
    description: [
      'Everything behind the word goes to uport-relay (npm: @uport-kit/relay-server); `uport relay -- --help` tells its options.',
    ],
    examples: [
      { command: 'uport relay --memory --port 8080', comment: 'for a trial' },
      {
        command: 'uport relay --data /var/lib/uport --public-url https://relay.example',
        comment: 'for good',
      },
    ],
  }),
]
