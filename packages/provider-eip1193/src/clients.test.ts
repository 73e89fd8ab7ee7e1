import { BrowserProvider, ContractFactory, isError, verifyMessage, verifyTypedData } from 'ethers'
import {
  createPublicClient,
  createWalletClient,
  custom,
  defineChain,
  getAddress,
  parseEther,
  UserRejectedRequestError,
  verifyTypedData as verifyTypedDataViem,
} from 'viem'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createProviderWorld, type ProviderWorld } from '../test-support/provider-world.ts'
import { announceProvider } from './announce-provider.ts'
import type { UportProvider } from './uport-provider.ts'

const TO = `0x${'17'.repeat(20)}` as const
const DOMAIN = { name: 'Ether Mail', version: '1', chainId: 31337 } as const
const TYPES = { Mail: [{ name: 'contents', type: 'string' }] } as const
const MESSAGE = { contents: 'Hello, Bob!' }
/** Deploys a contract that answers 42. */
const ANSWER = '0x600a600c600039600a6000f3602a60005260206000f3'

let all: ProviderWorld
let provider: UportProvider

beforeAll(async () => {
  all = await createProviderWorld()
})
afterAll(() => all.close())
beforeEach(() => {
  all.person.prompt.script = 'approve'
  provider = all.provider()
})

describe('ethers, unchanged', () => {
  it('signs in, signs, sends, waits and reads', async () => {
    const ethers = new BrowserProvider(provider, undefined, { polling: true, pollingInterval: 50 })
    expect(await ethers.listAccounts()).toEqual([])
    const signer = await ethers.getSigner()
    expect(signer.address.toLowerCase()).toBe(all.user.address)
    expect((await ethers.getNetwork()).chainId).toBe(31337n)
    const signature = await signer.signMessage('Grüße')
    expect(verifyMessage('Grüße', signature)).toBe(signer.address)
    const typed = await signer.signTypedData(DOMAIN, { Mail: [...TYPES.Mail] }, MESSAGE)
    expect(verifyTypedData(DOMAIN, { Mail: [...TYPES.Mail] }, MESSAGE, typed)).toBe(signer.address)
    const sent = await signer.sendTransaction({ to: TO, value: 5n })
    expect((await sent.wait())?.status).toBe(1)
    expect(await ethers.getBalance(TO)).toBe(5n)
    const contract = await new ContractFactory(
      ['function answer() view returns (uint256)'],
      ANSWER,
      signer,
    ).deploy()
    await contract.waitForDeployment()
    expect(await contract.getFunction('answer')()).toBe(42n)
    ethers.destroy()
  })

  it('hears that the person declined', async () => {
    const ethers = new BrowserProvider(provider)
    const signer = await ethers.getSigner()
    all.person.prompt.script = 'decline'
    const refused = await signer.signMessage('no').catch((error: unknown) => error)
    expect(isError(refused, 'ACTION_REJECTED')).toBe(true)
    ethers.destroy()
  })

  it('finds the announced provider (EIP-6963)', async () => {
    const window = new EventTarget()
    const end = announceProvider({
      provider,
      name: 'My wallet',
      rdns: 'com.example.wallet',
      window,
      random: (length) => new Uint8Array(length).fill(0xff),
    })
    const found = await BrowserProvider.discover({
      window: Object.assign(window, { ethereum: undefined }),
      timeout: 5,
    })
    expect(found?.provider).toBeInstanceOf(BrowserProvider)
    expect(found?.providerInfo).toMatchObject({ name: 'My wallet', rdns: 'com.example.wallet' })
    expect((await found?.getNetwork())?.chainId).toBe(31337n)
    found?.destroy()
    end()
  })
})

describe('viem, unchanged', () => {
  const chain = defineChain({
    id: 31337,
    name: 'Devnet',
    nativeCurrency: { name: 'Ether', symbol: 'ETH', decimals: 18 },
    rpcUrls: { default: { http: [] } },
  })

  it('signs in, signs, sends, waits and reads', async () => {
    const transport = custom(provider)
    const wallet = createWalletClient({ chain, transport })
    const reader = createPublicClient({ chain, transport, pollingInterval: 50 })
    expect(await wallet.getAddresses()).toEqual([])
    const [account] = await wallet.requestAddresses()
    if (account === undefined) throw new Error('no account')
    expect(account).toBe(getAddress(all.user.address))
    expect(await wallet.getChainId()).toBe(31337)
    const signature = await wallet.signMessage({ account, message: 'Grüße' })
    expect(await reader.verifyMessage({ address: account, message: 'Grüße', signature })).toBe(true)
    const typed = { domain: DOMAIN, types: TYPES, primaryType: 'Mail', message: MESSAGE } as const
    const typedSignature = await wallet.signTypedData({ account, ...typed })
    expect(await verifyTypedDataViem({ address: account, ...typed, signature: typedSignature })).toBe(true)
    const before = await reader.getBalance({ address: TO })
    const hash = await wallet.sendTransaction({ account, to: TO, value: parseEther('0.001') })
    expect((await reader.waitForTransactionReceipt({ hash })).status).toBe('success')
    expect((await reader.getBalance({ address: TO })) - before).toBe(parseEther('0.001'))
    expect(await wallet.getPermissions()).toMatchObject([{ parentCapability: 'eth_accounts' }])
  })

  it('hears that the person declined, and what is not supported', async () => {
    const wallet = createWalletClient({ chain, transport: custom(provider) })
    const [account] = await wallet.requestAddresses()
    if (account === undefined) throw new Error('no account')
    all.person.prompt.script = 'decline'
    const refused = await wallet
      .sendTransaction({ account, to: TO, value: 1n, gas: 21000n })
      .catch((error: unknown) => error)
    const walked = refused instanceof Error && 'walk' in refused && typeof refused.walk === 'function'
    expect(
      walked &&
        (refused.walk as (is: (error: unknown) => boolean) => unknown)(
          (error) => error instanceof UserRejectedRequestError,
        ),
    ).toBeInstanceOf(UserRejectedRequestError)
    await expect(
      wallet.watchAsset({ type: 'ERC20', options: { address: TO, decimals: 1, symbol: 'X' } }),
    ).rejects.toMatchObject({
      code: 4200,
    })
  })
})
