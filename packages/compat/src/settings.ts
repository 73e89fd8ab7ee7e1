import type { AnsweredRequests, Clock, DidResolver, Identity } from '@uport-kit/core'
import type { EncodeCall } from './contract.ts'
import type { LegacySigner } from './legacy-signer.ts'

/** What `Credentials` is made of. All is optional; what is missing is missed by the methods that need it. */
export interface CredentialsSettings {
  /** The DID to act for: `did:...`, or a bare MNID. Written as `iss` exactly so. */
  readonly did?: string | undefined
  /** Instead of `did`: an MNID (becomes did:uport) or a hex address (becomes did:ethr). */
  readonly address?: string | undefined
  /** The signing key in hex. Alone it also says the DID: did:ethr of its address. */
  readonly privateKey?: string | undefined
  /** Instead of `privateKey`: a signer function as did-jwt up to 4 took it. */
  readonly signer?: LegacySigner | undefined
  /** Instead of all above: a DID and a key store, which never gives its key away. */
  readonly identity?: Pick<Identity, 'did' | 'keyId' | 'keys'> | undefined
  /** Finds the documents of those whose tokens are verified. The packages `resolver-*` have them; none is built in. */
  readonly resolver?: DidResolver | undefined
  /**
   * Remembers the requests that were answered. Default: this process's memory; processes that verify one another's
   * responses must share one, such as `FileAnsweredRequests` of store-file.
   */
  readonly answered?: AnsweredRequests | undefined
  /** Whose credentials a response may carry. Default `own`: those about others are `invalid`. */
  readonly subjects?: 'own' | 'any' | undefined
  /** Whether signature requests may live for ever, as in the original. Default false: they live 600 s. */
  readonly requestsWithoutExp?: boolean | undefined
  /** Whether `exp` of `createTxRequest` is always a duration, as in the original. Default false: see there. */
  readonly relativeExp?: boolean | undefined
  /** Encodes contract calls; needed by `contract` only. */
  readonly encodeCall?: EncodeCall | undefined
  /**
   * Whether contract calls are sent as `fn` text alone, as in the original. Default false: they carry `data`, which no
   * argument can bend.
   */
  readonly callsWithoutData?: boolean | undefined
  /**
   * Whether a key that is not the one of a did:ethr address is refused. Default true. False where the identity has another
   * owner by now, or signs by a delegate: then `checkIdentity` says whether the key may sign.
   */
  readonly checkKey?: boolean | undefined
  /** Seconds of clock tolerance. Default 300, as in the original. */
  readonly skew?: number | undefined
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined
}

/** Settings of the original that are an option of something else here, and of what. */
const MOVED: ReadonlyMap<string, string> = new Map([
  ['networks', 'resolver: new UportResolver({ networks, gateways }) of resolver-uport'],
  ['registry', 'resolver: new UportResolver({ networks, gateways }) of resolver-uport'],
  ['ethrConfig', 'resolver: the resolver of resolver-ethr'],
  ['muportConfig', 'resolver: a resolver for did:muport'],
])

/** @throws TypeError for settings that contradict one another or have moved */
export function assertSettings(settings: CredentialsSettings): void {
  for (const name of Object.keys(settings)) {
    const instead = MOVED.get(name)
    if (instead !== undefined) throw new TypeError(`Credentials: ${name} has moved; give ${instead}`)
  }
  const keys = (['privateKey', 'signer', 'identity'] as const).filter((name) => settings[name] !== undefined)
  if (keys.length > 1) throw new TypeError(`Credentials: give one of ${keys.join(' and ')}`)
  if (settings.did !== undefined && settings.address !== undefined) {
    throw new TypeError('Credentials: give did or address, not both')
  }
  if (settings.identity !== undefined && (settings.did ?? settings.address) !== undefined) {
    throw new TypeError('Credentials: the identity says the DID already')
  }
}
