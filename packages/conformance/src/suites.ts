import {
  type ConformanceCase,
  didResolverCases,
  keyDeviceCases,
  keyManagerCases,
  keyStoreCases,
  replyChannelCases,
  requestStoreCases,
  topicStoreCases,
  transportCases,
  walletStoreCases,
} from '@uport-kit/core/conformance'

/** A member of a subject, and the methods that it must have where it is an object. */
interface SubjectMember {
  readonly name: string
  readonly kind: 'object' | 'function' | 'text'
  readonly methods?: readonly string[] | undefined
  readonly optional?: boolean | undefined
}

/** Cases that are run together, and what they need. */
export interface Suite {
  /** As the command takes it, such as `key-store`. */
  readonly name: string
  /** The interface that the cases are about. */
  readonly port: string
  /** The export that is looked for before the default one, such as `keyStore`. */
  readonly exportName: string
  readonly cases: readonly ConformanceCase<unknown>[]
  readonly members: readonly SubjectMember[]
}

const object = (name: string, methods: readonly string[]): SubjectMember => ({
  name,
  kind: 'object',
  methods,
})
const text = (name: string): SubjectMember => ({ name, kind: 'text' })
const callable = (name: string): SubjectMember => ({ name, kind: 'function' })
const optional = (member: SubjectMember): SubjectMember => ({ ...member, optional: true })

/** Optional, because a subject without one lives by the clock of the machine. */
const CLOCK = [optional(callable('now')), optional(callable('advance'))]

const all: readonly Suite[] = [
  {
    name: 'key-store',
    port: 'KeyStore',
    exportName: 'keyStore',
    cases: [...keyStoreCases, ...keyManagerCases, ...keyDeviceCases],
    members: [
      object('store', ['get', 'sign']),
      text('keyId'),
      optional(object('manager', ['create', 'delete', 'list'])),
      optional(object('importer', ['import'])),
      optional(callable('overDevice')),
    ],
  },
  {
    name: 'resolver',
    port: 'DidResolver',
    exportName: 'resolver',
    cases: didResolverCases,
    members: [object('resolver', ['resolve']), text('known'), text('unknown')],
  },
  {
    name: 'transport',
    port: 'Transport',
    exportName: 'transport',
    cases: transportCases,
    members: [
      object('transport', ['deliver']),
      callable('seen'),
      optional(callable('showing')),
      optional(callable('dismiss')),
    ],
  },
  {
    name: 'reply-channel',
    port: 'ReplyChannel',
    exportName: 'replyChannel',
    cases: replyChannelCases,
    members: [object('channel', ['open', 'receive', 'close']), callable('post'), optional(callable('now'))],
  },
  {
    name: 'request-store',
    port: 'RequestStore',
    exportName: 'requestStore',
    cases: requestStoreCases,
    members: [object('store', ['put', 'get', 'consume']), ...CLOCK],
  },
  {
    name: 'topic-store',
    port: 'TopicStore',
    exportName: 'topicStore',
    cases: topicStoreCases,
    members: [object('store', ['open', 'append', 'read', 'remove', 'sweep']), ...CLOCK],
  },
  {
    name: 'wallet-store',
    port: 'WalletStore',
    exportName: 'walletStore',
    cases: walletStoreCases,
    members: [object('store', ['get', 'put', 'create', 'delete', 'list']), optional(callable('reopen'))],
  },
]

/** Every suite by its name. */
export const suites: ReadonlyMap<string, Suite> = new Map(all.map((suite) => [suite.name, suite]))
