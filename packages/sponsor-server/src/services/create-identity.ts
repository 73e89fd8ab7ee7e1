import type { OutboxEntry, Payment } from '../outbox/outbox-entry.ts'
import type { ReceiptReader } from '../outbox/outbox-keeper.ts'
import { Refusal } from '../refusal.ts'
import type { FuelToken } from '../tokens/fuel-token.ts'
import { type Body, readTerms, requireAddress, requireChain, requireMember, wrong } from './members.ts'
import { awaitOutcome, type Outcome, pay, requireSubject, type Sponsor, type Terms } from './sponsor.ts'
import { tryCall } from './try-call.ts'

/** The one kind of manager whose identities can be driven by meta-transactions. */
export const MANAGER_TYPE = 'MetaIdentityManager'

/** `createIdentity(address owner, address recoveryKey)`. */
const CREATE_IDENTITY = '0xd10e73ab'
/** `LogIdentityCreated(address indexed identity, address indexed creator, address owner, address indexed recoveryKey)`. */
const IDENTITY_CREATED = '0x14e580ab5cd452b772e031536a7c893ec705152c17b3665c6671b382c3ee6266'

/**
 * Creates the proxy of a device key through the `MetaIdentityManager`: one for each device key.
 *
 * @throws Refusal
 */
export async function createIdentity(
  sponsor: Sponsor,
  token: FuelToken,
  body: Body,
  signal: AbortSignal,
): Promise<Outcome> {
  const terms = readTerms(sponsor, body, signal)
  const { identityManager } = sponsor.contracts
  if (identityManager === undefined) throw new Refusal('NOT_OFFERED', 'this sponsor creates no identities')
  const deviceKey = requireAddress(body, 'deviceKey')
  const recoveryKey = requireAddress(body, 'recoveryKey')
  requireChain(sponsor, body)
  if (requireMember(body, 'managerType') !== MANAGER_TYPE)
    throw wrong('managerType', `is not ${MANAGER_TYPE}`)
  requireSubject(token, deviceKey, 'deviceKey')
  const data = CREATE_IDENTITY + word(deviceKey) + word(recoveryKey)
  const outcome = await sponsor.senders.run(deviceKey, () =>
    create(sponsor, token, { deviceKey, identityManager, data }, terms),
  )
  return awaitOutcome(sponsor, outcome, terms)
}

async function create(
  sponsor: Sponsor,
  token: FuelToken,
  { deviceKey, identityManager, data }: Readonly<Record<'deviceKey' | 'identityManager' | 'data', string>>,
  terms: Terms,
): Promise<Outcome> {
  const known = await findIdentity(sponsor, deviceKey)
  if (known !== undefined && (known.state === 'pending' || known.state === 'succeeded')) {
    if (known.data === data) return { kind: 'sent', entry: known }
    throw new Refusal(
      'IDENTITY_EXISTS',
      'the device key has an identity with another recovery key: look it up',
    )
  }
  const gasLimit = await tryCall(sponsor, { to: identityManager, data }, terms.signal)
  const id = identityId(deviceKey)
  const payment: Payment = {
    id,
    kind: 'identity',
    sender: deviceKey,
    to: identityManager,
    data,
    value: 0n,
    gasLimit,
  }
  return pay(sponsor, token, payment, terms)
}

/**
 * What became of the identity of a device key.
 *
 * @throws Refusal `IDENTITY_UNKNOWN`
 */
export async function lookupIdentity(sponsor: Sponsor, body: Body): Promise<OutboxEntry> {
  const entry = await findIdentity(sponsor, requireAddress(body, 'deviceKey'))
  if (entry !== undefined && (entry.state === 'pending' || entry.state === 'succeeded')) return entry
  throw new Refusal('IDENTITY_UNKNOWN', 'this sponsor made no identity for the device key')
}

/** The proxy's address from the receipt of the transaction that made it. */
export const readIdentity: ReceiptReader = (entry, { logs }) => {
  if (entry.kind !== 'identity') return {}
  const created = logs.find(({ address, topics }) => address === entry.to && topics[0] === IDENTITY_CREATED)
  const identity = created?.topics[1]?.slice(-40)
  return identity === undefined ? {} : { identity: `0x${identity.toLowerCase()}` }
}

function findIdentity({ outbox }: Sponsor, deviceKey: string): Promise<OutboxEntry | undefined> {
  return outbox.find(identityId(deviceKey))
}

function identityId(deviceKey: string): string {
  return `identity/${deviceKey}`
}

function word(address: string): string {
  return address.slice(2).padStart(64, '0')
}
