import type { PhasedMiddleware } from '../exchange/middleware.ts'
import type { Requester } from '../exchange/requester.ts'
import type { Responder } from '../exchange/responder.ts'
import type { AnyReplyFlow } from '../flows/flow.ts'
import type {
  AnsweredRequests,
  BoxKeys,
  Clock,
  ContentSource,
  DidResolver,
  Identity,
  Intake,
  KeyStore,
  ReplyChannel,
  ReplySender,
  RequestFetcher,
  RequestPublisher,
  RequestStore,
  SafeFetch,
  Transport,
  WalletStore,
} from '../ports/index.ts'
import { manyToken, token } from './token.ts'

/** The parts that the framework's own modules bind and need. */
export const TOKENS = Object.freeze({
  Identity: token<Identity>('Identity'),
  KeyStore: token<KeyStore>('KeyStore'),
  BoxKeys: token<BoxKeys>('BoxKeys'),
  RequestStore: token<RequestStore>('RequestStore'),
  Clock: token<Clock>('Clock'),
  AnsweredRequests: token<AnsweredRequests>('AnsweredRequests'),
  WalletStore: token<WalletStore>('WalletStore'),
  RequestPublisher: token<RequestPublisher>('RequestPublisher'),
  DidResolver: token<DidResolver>('DidResolver'),
  Requester: token<Requester>('Requester'),
  Responder: token<Responder>('Responder'),
  SafeFetch: token<SafeFetch>('SafeFetch'),
  ContentSource: token<ContentSource>('ContentSource'),
  MethodResolver: manyToken<DidResolver>('MethodResolver'),
  Transport: manyToken<Transport>('Transport'),
  ReplyChannel: manyToken<ReplyChannel>('ReplyChannel'),
  Middleware: manyToken<PhasedMiddleware>('Middleware'),
  ReplyFlow: manyToken<AnyReplyFlow>('ReplyFlow'),
  Intake: manyToken<Intake>('Intake'),
  RequestFetcher: manyToken<RequestFetcher>('RequestFetcher'),
  ReplySender: manyToken<ReplySender>('ReplySender'),
})

/** Who provides a part: for the message of a hole. Everything can also be given with `provide` or `add`. */
const PROVIDERS: ReadonlyMap<string, readonly string[]> = new Map([
  ['Identity', ['coreModule']],
  ['KeyStore', ['key-store-file', 'key-store-browser', 'memoryKeyStore']],
  ['BoxKeys', ['key-store-file', 'key-store-browser', 'memoryBoxKeys', 'derivedBoxKeys']],
  ['RequestStore', ['store-file', 'store-browser', 'memoryRequestStore']],
  ['Clock', ['systemClock']],
  ['AnsweredRequests', ['store-file', 'store-browser', 'memoryAnsweredRequests']],
  ['WalletStore', ['store-file', 'store-browser', 'memoryWalletStore']],
  ['RequestPublisher', ['channel-relay']],
  ['DidResolver', ['coreModule']],
  ['Requester', ['coreModule']],
  ['Responder', ['responderModule']],
  ['SafeFetch', ['fetch-node']],
  ['ContentSource', ['resolver-uport']],
  ['MethodResolver', ['resolver-uport', 'resolver-ethr', 'resolver-web']],
  ['Transport', ['transport-qr', 'transport-url']],
  ['Intake', ['transport-push', 'transport-url']],
  ['ReplyChannel', ['channel-relay', 'transport-url']],
  ['RequestFetcher', ['channel-relay']],
  ['ReplySender', ['channel-relay', 'transport-url']],
])

/** Packages and functions that provide the part; empty for a token of the application's own. */
export function providersOf(wanted: { readonly name: string }): readonly string[] {
  return PROVIDERS.get(wanted.name) ?? []
}

/** The token as its user writes it. */
export function displayName(wanted: { readonly name: string }): string {
  return Object.hasOwn(TOKENS, wanted.name) ? `TOKENS.${wanted.name}` : wanted.name
}
