import { setTimeout as wait } from 'node:timers/promises'
import {
  addressOf,
  encodeBase58,
  encodeUtf8,
  type KeyStore,
  MemoryKeyStore,
  sha256,
  signJwt,
} from '@uport-kit/core'
import {
  ANY_SENDER,
  ChainReader,
  KeyStoreSigner,
  type SignedMetaTransaction,
  SponsorClient,
  serializeMetaTransaction,
  signMetaTransaction,
} from '@uport-kit/core/ethereum'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { JsonRpcProvider } from 'ethers'
import {
  issueFuelToken,
  type SponsorServer,
  type SponsorServerOptions,
  startSponsorServer,
} from '../src/index.ts'

export const NOBODY = `0x${'99'.repeat(20)}`

/** A key that has nothing but its signature. */
export interface Party {
  readonly keys: MemoryKeyStore
  readonly keyId: string
  readonly address: string
  /** did:key of the same key. */
  readonly did: string
}

/** An answer of the sponsor, with its status. */
export interface Answer {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers: Headers
}

/** The same name, the same key. */
export async function party(name: string): Promise<Party> {
  const keys = new MemoryKeyStore()
  const { publicKey } = await keys.import(sha256(encodeUtf8(`sponsor test ${name}`)), { keyId: name })
  const multicodec = Uint8Array.of(0xe7, 0x01, ...publicKey)
  return { keys, keyId: name, address: addressOf(publicKey), did: `did:key:z${encodeBase58(multicodec)}` }
}

/** A devnet with a sponsor's account on it, whose sponsors the test starts. */
export class SponsorWorld {
  readonly devnet: Devnet
  readonly payer: Party
  readonly issuer: Party
  readonly chain: ChainReader
  readonly #provider: JsonRpcProvider
  readonly #servers: SponsorServer[] = []

  private constructor(devnet: Devnet, payer: Party, issuer: Party) {
    this.devnet = devnet
    this.payer = payer
    this.issuer = issuer
    this.chain = new ChainReader(devnet.rpcUrl)
    this.#provider = new JsonRpcProvider(devnet.rpcUrl, Number(devnet.chainId), { staticNetwork: true })
  }

  static async start(): Promise<SponsorWorld> {
    const devnet = await startDevnet()
    const world = new SponsorWorld(devnet, await party('payer'), await party('issuer'))
    await devnet.fund(world.payer.address, 100n * 10n ** 18n)
    return world
  }

  /** What every sponsor of the world is started with, where the test does not say otherwise. */
  options(): SponsorServerOptions {
    const { rpcUrl, chainId, identityContracts } = this.devnet
    return {
      keys: this.payer.keys,
      keyId: this.payer.keyId,
      rpc: rpcUrl,
      chainId,
      issuers: [{ did: this.issuer.did }],
      txRelay: identityContracts.txRelay,
      identityManager: identityContracts.metaIdentityManager,
      limits: { pollSeconds: 0.02, subjectBurst: 1000, addressBurst: 10_000 },
    }
  }

  async sponsor(changes: Partial<SponsorServerOptions> = {}): Promise<SponsorServer> {
    const limits = { ...this.options().limits, ...changes.limits }
    const server = await startSponsorServer({ ...this.options(), ...changes, limits })
    this.#servers.push(server)
    return server
  }

  token(device: Party, expiresIn = 600): Promise<string> {
    return issueFuelToken({ subject: device.address, expiresIn }, this.issuer)
  }

  /** A token with any claims and any issuer. */
  odd(claims: Parameters<typeof signJwt>[0], signer: Party = this.issuer): Promise<string> {
    return signJwt(claims, signer)
  }

  client(url: string, token: string): SponsorClient {
    return new SponsorClient({ url, chainId: this.devnet.chainId, token })
  }

  /** Posts as an old wallet does; `body` as it is. */
  async post(url: string, path: string, token: string | undefined, body: unknown): Promise<Answer> {
    const response = await fetch(url + path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return { status: response.status, body: await response.json(), headers: response.headers }
  }

  /** The same for the network of the devnet. */
  ask(url: string, path: string, token: string, body: object): Promise<Answer> {
    return this.post(url, path, token, { blockchain: this.devnet.networkId, ...body })
  }

  async identity(url: string, device: Party): Promise<string> {
    const recoveryKey = NOBODY
    const client = this.client(url, await this.token(device))
    const { identity } = await client.createIdentity({ deviceKey: device.address, recoveryKey }, { wait: 20 })
    if (identity === undefined) throw new Error('the identity was not created in time')
    return identity
  }

  /** A call of `forwardTo` on the manager, signed. */
  async forward(device: Party, identity: string, nonce: bigint, mark = 0n): Promise<SignedMetaTransaction> {
    const words = [device.address, identity, NOBODY].map((address) => address.slice(2).padStart(64, '0'))
    const tail = [0n, 160n, 32n, mark].map((number) => number.toString(16).padStart(64, '0'))
    return this.sign(device, `0x701b8826${words.join('')}${tail.join('')}`, nonce)
  }

  sign(
    device: Party,
    data: string,
    nonce: bigint,
    changes: { readonly relay?: string; readonly destination?: string } = {},
  ): Promise<SignedMetaTransaction> {
    const { txRelay, metaIdentityManager } = this.devnet.identityContracts
    const { relay = txRelay, destination = metaIdentityManager } = changes
    return signMetaTransaction({ relay, whitelistOwner: ANY_SENDER, nonce, destination, data }, device)
  }

  wire(signed: SignedMetaTransaction): string {
    return serializeMetaTransaction(signed)
  }

  /** A transaction of the device, signed; legacy with these fields where nothing else is given. */
  signTransaction(
    device: { readonly keys: KeyStore; readonly keyId: string },
    fields: object = {},
  ): Promise<string> {
    const { chainId } = this.devnet
    const transaction = {
      to: NOBODY,
      gasLimit: 21_000n,
      gasPrice: 2n * 10n ** 9n,
      nonce: 0,
      value: 0n,
      chainId,
    }
    return new KeyStoreSigner(device.keys, device.keyId).signTransaction({ ...transaction, ...fields })
  }

  balance(address: string): Promise<bigint> {
    return this.chain.balance(address, 'latest', {})
  }

  rpc(method: string, ...params: readonly unknown[]): Promise<unknown> {
    return this.#provider.send(method, [...params])
  }

  /** Looks until it is so. */
  async until(isSo: () => Promise<boolean>): Promise<void> {
    for (let look = 0; look < 1_000; look++) {
      if (await isSo()) return
      await wait(20)
    }
    throw new Error('it did not happen in time')
  }

  /** Ends the sponsors that the test started; the devnet goes on. */
  async stopSponsors(): Promise<void> {
    await Promise.all(this.#servers.splice(0).map((server) => server.close()))
  }

  async stop(): Promise<void> {
    await this.stopSponsors()
    this.#provider.destroy()
    await this.devnet.stop()
  }
}
