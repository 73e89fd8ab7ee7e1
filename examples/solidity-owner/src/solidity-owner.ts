import {
  type Account,
  createIdentityDocument,
  type Did,
  didFromMnid,
  digestFromCid,
  encodeHex,
  encodeMnid,
  MemoryKeyStore,
  signJwt,
  systemClock,
  verifyJwt,
} from '@uport-kit/core'
import { ChainReader, followTransaction, keyPairAccount } from '@uport-kit/core/ethereum'
import type { Devnet } from '@uport-kit/devnet'
import { KuboPublisher, UportResolver } from '@uport-kit/resolver-uport'
import { publishIdentityDocument } from '@uport-kit/resolver-uport/register'
import { AbiCoder, concat, Interface } from 'ethers'
import { type CompiledContract, compileContract } from './compile-contract.ts'

/** A contract that is an identity. */
export interface ContractIdentity {
  readonly did: Did
  readonly contract: string
  readonly cid: string
  /** What anybody finds who looks the identity up. */
  readonly resolver: UportResolver
  /** A message of the contract, signed by the key that its document names. */
  readonly token: string
  /** Why the contract did not listen to somebody else. */
  readonly refusal: unknown
}

/** Deploys `MyContract`, has it register a document of its own, and signs a message as that identity. */
export async function runSolidityOwner(
  devnet: Devnet,
  print: (line: string) => void,
): Promise<ContractIdentity> {
  const compiled = await compileContract()
  print(`compiled   MyContract.sol, ${compiled.bytecode.length / 2 - 1} bytes`)

  // A contract cannot sign, so a key of its own does; the owner's key only sends transactions.
  const keys = new MemoryKeyStore()
  const [owner, stranger, signing] = await Promise.all([
    fundedAccount(devnet, keys, 'owner'),
    fundedAccount(devnet, keys, 'stranger'),
    keys.create({ keyId: 'signing' }),
  ])
  const contract = await deploy(devnet, owner, compiled)
  print(`deployed   ${contract}`)

  const document = createIdentityDocument({
    type: 'Organization',
    name: 'My contract',
    publicKey: signing.publicKey,
  })
  const publisher = new KuboPublisher({ url: devnet.ipfsApiUrl })
  const cid = await publishIdentityDocument(document, publisher)
  print(`published  ${cid}`)

  const hash = `0x${encodeHex(digestFromCid(cid))}`
  const data = new Interface(compiled.abi).encodeFunctionData('setIdentityDoc', [hash])
  const refusal = await stranger.send({ to: contract, data }).catch((error: unknown) => error)
  await mined(devnet, await owner.send({ to: contract, data }))
  const did = didFromMnid(encodeMnid({ network: devnet.chainId, address: contract }))
  print(`registered ${did}`)

  const networks = { [devnet.networkId]: { rpcUrls: [devnet.rpcUrl], registry: devnet.registry } }
  const resolver = new UportResolver({ networks, gateways: [devnet.gatewayUrl] })
  const token = await signJwt({ greeting: 'hello' }, { did, keys, keyId: signing.keyId })
  const { issuer } = await verifyJwt(token, { resolver, now: systemClock().now() })
  print(`verified   a message of ${issuer}`)
  return { did, contract, cid, resolver, token, refusal }
}

async function fundedAccount(devnet: Devnet, keys: MemoryKeyStore, keyId: string): Promise<Account> {
  await keys.create({ keyId })
  const { rpcUrl: rpc, chainId } = devnet
  const account = await keyPairAccount({ keys, keyId, rpc, chainId })
  await devnet.fund(account.address)
  return account
}

async function deploy(devnet: Devnet, owner: Account, { bytecode }: CompiledContract): Promise<string> {
  const registry = AbiCoder.defaultAbiCoder().encode(['address'], [devnet.registry])
  const { contractAddress } = await mined(devnet, await owner.send({ data: concat([bytecode, registry]) }))
  if (contractAddress === undefined) throw new Error('The chain created no contract.')
  return contractAddress
}

function mined({ rpcUrl }: Devnet, { hash }: { readonly hash: string }) {
  return followTransaction(new ChainReader(rpcUrl), hash, { pollSeconds: 0.05 })
}
