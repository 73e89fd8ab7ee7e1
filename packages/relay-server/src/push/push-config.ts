import {
  BOOLEAN_KEY,
  isObject,
  type KeyShape,
  TEXT_KEY,
  TEXTS_KEY,
} from '@uport-kit/server-operations/command'
import { configInvalid } from '../config-invalid.ts'

/** A chain whose registry is read. */
export interface PushNetwork {
  readonly rpcUrls: readonly string[]
  readonly registry: string
}

/** What the command is told about push. */
export interface PushConfig {
  /** Keeps push inboxes. */
  readonly push?: boolean
  /** By their ids in hex. */
  readonly networks?: Readonly<Record<string, PushNetwork>>
  /** IPFS gateways. */
  readonly gateways?: readonly string[]
  /** The file of the VAPID keys; made where it is missing. */
  readonly vapidKeys?: string
  /** Whom a push service may ask: a `mailto:` or `https:` address. */
  readonly vapidSubject?: string
  /** Serves the old push server's sending route, too. */
  readonly legacyPush?: boolean
}

export const PUSH_HELP = `  --push                     also keep push inboxes; wallets and applications are resolved by did:key, did:web and:
  --network <id>=<rpc>,<registry>
                             did:uport on this chain, such as 0x1=https://rpc.example,0x2cc3..; more endpoints go
                             before the registry; may be repeated
  --gateway <url>            read documents from this IPFS gateway; may be repeated
  --vapid-keys <file>        wake wallets by Web Push with the keys in this file, made where it is missing
  --vapid-subject <uri>      whom push services may ask: a mailto: or https: address
  --legacy-push              also serve the old push server's /sns and /message
`

export const PUSH_FLAGS = {
  push: { type: 'boolean' },
  network: { type: 'string', multiple: true },
  gateway: { type: 'string', multiple: true },
  'vapid-keys': { type: 'string' },
  'vapid-subject': { type: 'string' },
  'legacy-push': { type: 'boolean' },
} as const

/** The file's keys. */
export const PUSH_KEYS: readonly (readonly [string, KeyShape])[] = [
  ['push', BOOLEAN_KEY],
  [
    'networks',
    {
      is: (value) => isObject(value) && Object.values(value).every(isNetwork),
      text: '{"<id>": {"rpcUrls": [..], "registry": ".."}}',
    },
  ],
  ['gateways', TEXTS_KEY],
  ['vapidKeys', TEXT_KEY],
  ['vapidSubject', TEXT_KEY],
  ['legacyPush', BOOLEAN_KEY],
]

export interface PushFlags {
  readonly push?: boolean | undefined
  readonly network?: readonly string[] | undefined
  readonly gateway?: readonly string[] | undefined
  readonly 'vapid-keys'?: string | undefined
  readonly 'vapid-subject'?: string | undefined
  readonly 'legacy-push'?: boolean | undefined
}

/** The flags as the file says it. @throws UportError `RELAY_CONFIG_INVALID` */
export function parsePushFlags(flags: PushFlags): {
  readonly [K in keyof PushConfig]: PushConfig[K] | undefined
} {
  return {
    push: flags.push,
    networks: flags.network === undefined ? undefined : Object.fromEntries(flags.network.map(parseNetwork)),
    gateways: flags.gateway,
    vapidKeys: flags['vapid-keys'],
    vapidSubject: flags['vapid-subject'],
    legacyPush: flags['legacy-push'],
  }
}

function parseNetwork(text: string): [string, PushNetwork] {
  const equals = text.indexOf('=')
  const [registry = '', ...rest] = text
    .slice(equals + 1)
    .split(',')
    .reverse()
  if (equals < 1 || rest.length === 0) throw configInvalid('network', 'write <id>=<rpc>,<registry>')
  return [text.slice(0, equals), { rpcUrls: rest.reverse(), registry }]
}

function isNetwork(value: unknown): boolean {
  if (!isObject(value)) return false
  const { rpcUrls, registry, ...others } = value
  return TEXTS_KEY.is(rpcUrls) && typeof registry === 'string' && Object.keys(others).length === 0
}

/** What stands alone and has no effect is a mistake. @throws UportError `RELAY_CONFIG_INVALID` */
export function checkPush(config: PushConfig): void {
  const { push, networks, gateways, vapidKeys, vapidSubject, legacyPush } = config
  const parts = { networks, gateways, vapidKeys, vapidSubject, legacyPush: legacyPush === true || undefined }
  const given = Object.entries(parts).find(([, value]) => value !== undefined)
  if (push !== true && given !== undefined)
    throw configInvalid(given[0], 'is for push inboxes: give --push, too')
  if ((networks === undefined) !== (gateways === undefined))
    throw configInvalid('networks', 'a chain and a gateway belong together: give --network and --gateway')
  if ((vapidKeys === undefined) !== (vapidSubject === undefined))
    throw configInvalid('vapidKeys', 'Web Push needs both --vapid-keys and --vapid-subject')
}
