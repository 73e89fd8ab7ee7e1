import { type Did, foldDid, isDid, parseAccountReference, parseNetworkId } from '@uport-kit/core'

/** The account that a person has shown on one chain. */
export interface SessionAccount {
  /** `0x` hex without leading zeros. */
  readonly chainId: string
  /** `0x` and 40 lower-case hex digits. */
  readonly address: string
  /** False: the person says so. A signature or a transaction proves it when it is asked for. */
  readonly proven: boolean
}

/** Who is signed in: plain JSON. */
export interface ProviderSession {
  readonly did: Did
  readonly accounts: readonly SessionAccount[]
}

/** Where a session outlives the page. Without one it ends with the provider. */
export interface SessionStore {
  /** What was saved last, or `undefined`; read with suspicion. */
  load(): Promise<unknown>
  /** `undefined` removes it. */
  save(session: ProviderSession | undefined): Promise<void>
}

const MAX_ACCOUNTS = 64

/** Reads a stored session; `undefined` where it is none. */
export function parseSession(value: unknown): ProviderSession | undefined {
  if (!isRecord(value)) return undefined
  const { did, accounts } = value
  if (typeof did !== 'string' || !isDid(did) || !Array.isArray(accounts) || accounts.length > MAX_ACCOUNTS) {
    return undefined
  }
  const parsed = accounts.map(parseAccount)
  const all = parsed.filter((one) => one !== undefined)
  const chains = new Set(all.map(({ chainId }) => chainId))
  if (all.length !== parsed.length || chains.size !== all.length) return undefined
  return Object.freeze({ did, accounts: Object.freeze(all) })
}

/** The session after an account was shown: of the same person with one more chain, of another person from scratch. */
export function withAccount(
  session: ProviderSession | undefined,
  did: Did,
  account: SessionAccount,
): ProviderSession {
  const isSame = session !== undefined && foldDid(session.did) === foldDid(did)
  const others = isSame ? session.accounts.filter(({ chainId }) => chainId !== account.chainId) : []
  return Object.freeze({ did, accounts: Object.freeze([...others, Object.freeze(account)]) })
}

function parseAccount(value: unknown): SessionAccount | undefined {
  if (!isRecord(value)) return undefined
  const { chainId, address, proven } = value
  if (typeof chainId !== 'string' || typeof address !== 'string' || typeof proven !== 'boolean')
    return undefined
  if (!address.startsWith('0x') || parseAccountReference(address) === undefined) return undefined
  if (!isCanonical(chainId)) return undefined
  return Object.freeze({ chainId, address: address.toLowerCase(), proven })
}

function isCanonical(chainId: string): boolean {
  try {
    return `0x${parseNetworkId(chainId).toString(16)}` === chainId
  } catch {
    return false
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
