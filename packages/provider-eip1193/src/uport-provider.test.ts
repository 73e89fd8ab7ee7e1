import { httpRpc } from '@uport-kit/core/ethereum'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createProviderWorld, type ProviderWorld } from '../test-support/provider-world.ts'
import { ProviderRpcError } from './provider-error.ts'
import type { ProviderSession } from './session.ts'
import { createUportProvider, type UportProvider } from './uport-provider.ts'

const OTHER = `0x${'17'.repeat(20)}`
const TYPED = {
  types: { Mail: [{ name: 'contents', type: 'string' }] },
  primaryType: 'Mail',
  domain: { name: 'Ether Mail', chainId: 31337 },
  message: { contents: 'Hello' },
}

let all: ProviderWorld

beforeAll(async () => {
  all = await createProviderWorld()
})
afterAll(() => all.close())
beforeEach(() => {
  all.person.prompt.script = 'approve'
  all.transport.types.length = 0
})

async function refusal(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ value }),
    (error: unknown) => {
      if (!(error instanceof ProviderRpcError)) return error
      return error.code
    },
  )
}

async function signedIn(changes: Parameters<ProviderWorld['provider']>[0] = {}): Promise<UportProvider> {
  const provider = all.provider(changes)
  await provider.request({ method: 'eth_requestAccounts' })
  return provider
}

/** What the provider tells from now on. */
function record(provider: UportProvider): unknown[][] {
  const heard: unknown[][] = []
  provider
    .on('connect', (value) => heard.push(['connect', value]))
    .on('disconnect', ({ code }) => heard.push(['disconnect', code]))
    .on('accountsChanged', (accounts) => heard.push(['accountsChanged', accounts]))
    .on('chainChanged', (chainId) => heard.push(['chainChanged', chainId]))
  return heard
}

describe('accounts', () => {
  it('are told silently, asked for once, and kept until the session ends', async () => {
    const provider = all.provider()
    const heard = record(provider)
    expect(await provider.request({ method: 'eth_accounts' })).toEqual([])
    expect(await provider.request({ method: 'eth_coinbase' })).toBeNull()
    expect(all.transport.types).toEqual([])
    const asked = [1, 2, 3].map(() => provider.request({ method: 'eth_requestAccounts' }))
    const accounts = [all.user.address]
    expect(await Promise.all(asked)).toEqual([accounts, accounts, accounts])
    expect(await provider.request({ method: 'eth_requestAccounts' })).toEqual(accounts)
    expect(await provider.request({ method: 'eth_accounts' })).toEqual(accounts)
    expect(await provider.request({ method: 'eth_coinbase' })).toBe(all.user.address)
    expect(all.transport.types).toEqual(['shareReq'])
    expect(await provider.session()).toEqual({
      did: all.user.identity.did,
      accounts: [{ chainId: '0x7a69', address: all.user.address, proven: true }],
    })
    await provider.request({ method: 'wallet_revokePermissions', params: [{ eth_accounts: {} }] })
    expect(await provider.request({ method: 'eth_accounts' })).toEqual([])
    expect(await provider.request({ method: 'wallet_getPermissions' })).toEqual([])
    expect(heard).toEqual([
      ['accountsChanged', accounts],
      ['accountsChanged', []],
    ])
    const permissions = { method: 'wallet_requestPermissions', params: [{ eth_accounts: {} }] }
    expect(await provider.request(permissions)).toMatchObject([{ parentCapability: 'eth_accounts' }])
    expect(all.transport.types).toEqual(['shareReq', 'shareReq'])
  })

  it('that the person declined can be asked for again', async () => {
    const provider = all.provider()
    all.person.prompt.script = 'decline'
    const error: unknown = await provider
      .request({ method: 'eth_requestAccounts' })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({
      code: 4001,
      data: { uportCode: 'REQUEST_REFUSED', retryable: false, error: 'access_denied' },
    })
    all.person.prompt.script = 'approve'
    expect(await provider.request({ method: 'eth_requestAccounts' })).toHaveLength(1)
  })

  it('are given up when the session is ended meanwhile, or the provider closed', async () => {
    const signedOut = all.provider()
    const asked = refusal(signedOut.request({ method: 'eth_requestAccounts' }))
    await signedOut.disconnect()
    expect(await asked).toBe(4001)
    expect(await signedOut.request({ method: 'eth_accounts' })).toEqual([])
    const closed = all.provider()
    const waiting = refusal(closed.request({ method: 'eth_requestAccounts' }))
    await closed.close()
    expect(await waiting).toBe(4900)
    expect(await refusal(closed.request({ method: 'eth_chainId' }))).toBe(4900)
  })

  it('stay forgotten where the person signs out while the store still saves them', async () => {
    let stored: unknown
    let isSaving = (): void => {}
    let goOn = (): void => {}
    const saving = new Promise<void>((resolve) => {
      isSaving = resolve
    })
    const slow = new Promise<void>((resolve) => {
      goOn = resolve
    })
    const sessions = {
      load: async () => stored,
      save: async (session: ProviderSession | undefined) => {
        isSaving()
        if (session !== undefined) await slow
        stored = session
      },
    }
    const provider = all.provider({ sessions })
    const heard: unknown[] = []
    provider.on('accountsChanged', (accounts) => heard.push(accounts))
    const asked = refusal(provider.request({ method: 'eth_requestAccounts' }))
    await saving
    const signedOut = provider.disconnect()
    goOn()
    await signedOut
    expect(await asked).toBe(4001)
    expect(await provider.request({ method: 'eth_accounts' })).toEqual([])
    expect({ stored, heard }).toEqual({ stored: undefined, heard: [] })
  })

  it('outlive the provider in a store, which is read with suspicion', async () => {
    let stored: unknown
    const sessions = {
      load: async () => stored,
      save: async (session: ProviderSession | undefined) => {
        stored = session === undefined ? undefined : JSON.parse(JSON.stringify(session))
      },
    }
    await signedIn({ sessions })
    all.transport.types.length = 0
    const again = all.provider({ sessions })
    expect(await again.request({ method: 'eth_requestAccounts' })).toEqual([all.user.address])
    expect(all.transport.types).toEqual([])
    const { did, accounts } = (await again.session()) ?? { did: 'did:none:', accounts: [] }
    const [account] = accounts
    const forged: unknown[] = [
      null,
      'x',
      { did: 'nobody', accounts },
      { did, accounts: 'x' },
      { did, accounts: [null] },
      { did, accounts: [{ ...account, address: 'x' }] },
      { did, accounts: [{ ...account, chainId: '0x07a69' }] },
      { did, accounts: [{ ...account, chainId: 'x' }] },
      { did, accounts: [{ ...account, proven: 'yes' }] },
      { did, accounts: [account, account] },
    ]
    for (stored of forged) {
      expect(await all.provider({ sessions }).request({ method: 'eth_accounts' })).toEqual([])
    }
    await again.disconnect()
    expect(stored).toBeUndefined()
    const failing = { load: () => Promise.reject(new Error('disk')), save: sessions.save }
    expect(await all.provider({ sessions: failing }).request({ method: 'eth_accounts' })).toEqual([])
  })
})

describe('what asks the person', () => {
  it('reads parameters in either order, or strictly', async () => {
    const provider = await signedIn()
    const account = all.user.address
    const sign = (method: string, params: unknown) =>
      refusal(provider.request({ method, params: params as object }))
    const values = [
      await sign('personal_sign', ['hello', account]),
      await sign('personal_sign', [account, '0x68656c6c6f', 'password']),
      await sign('eth_signTypedData_v4', [account, TYPED]),
      await sign('eth_signTypedData_v4', [JSON.stringify(TYPED), account.toUpperCase().replace('0X', '0x')]),
    ]
    expect(values[0]).toEqual({ value: expect.stringMatching(/^0x[0-9a-f]{128}1[bc]$/) })
    expect(values[1]).toEqual(values[0])
    expect(values[3]).toEqual(values[2])
    const strict = await signedIn({ paramOrder: 'strict' })
    const strictly = (method: string, params: readonly unknown[]) =>
      refusal(strict.request({ method, params }))
    expect(await strictly('personal_sign', [account, 'hello'])).toBe(-32602)
    expect(await strictly('eth_signTypedData_v4', [TYPED, account])).toBe(-32602)
    expect(await strictly('eth_signTypedData_v4', [account, TYPED])).toEqual(values[2])
  })

  it.each<[string, string, readonly unknown[] | object | undefined]>([
    ['nothing', 'personal_sign', undefined],
    ['an object', 'personal_sign', {}],
    ['one parameter', 'personal_sign', ['hello']],
    ['no account', 'personal_sign', ['hello', 'world']],
    [
      'a mistyped account',
      'personal_sign',
      ['hello', '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD'.replace('5aA', '5AA')],
    ],
    ['half a byte', 'personal_sign', ['0x123', OTHER]],
    ['a number', 'personal_sign', [5, OTHER]],
    ['no typed data', 'eth_signTypedData_v4', [OTHER, 'x']],
    ['too much typed data', 'eth_signTypedData_v4', [OTHER, ' '.repeat(300_000)]],
    ['no domain', 'eth_signTypedData_v4', [OTHER, { ...TYPED, domain: undefined }]],
    ['text', 'eth_sendTransaction', ['x']],
    ['no recipient and no code', 'eth_sendTransaction', [{}]],
    ['an odd recipient', 'eth_sendTransaction', [{ to: 'x' }]],
    ['a decimal value', 'eth_sendTransaction', [{ to: OTHER, value: '10' }]],
    ['odd data', 'eth_sendTransaction', [{ to: OTHER, data: '0x1' }]],
    ['contradictory data', 'eth_sendTransaction', [{ to: OTHER, data: '0x01', input: '0x02' }]],
    ['an access list', 'eth_sendTransaction', [{ to: OTHER, accessList: [{}] }]],
    ['no chain', 'wallet_switchEthereumChain', [{}]],
    ['another permission', 'wallet_requestPermissions', [{ eth_sign: {} }]],
    ['an object for the node', 'eth_getBalance', { address: OTHER }],
    ['what is no JSON for the node', 'eth_getBalance', [1n]],
  ])('refuses %s for %s', async (_, method, params) => {
    const provider = all.provider()
    expect(await refusal(provider.request({ method, params }))).toBe(-32602)
    expect(all.transport.types).toEqual([])
  })

  it('refuses what is wrong for this session, before anybody is asked', async () => {
    const provider = await signedIn()
    all.transport.types.length = 0
    const from = all.user.address
    const send = (transaction: object) =>
      refusal(provider.request({ method: 'eth_sendTransaction', params: [transaction] }))
    expect(await send({ from, to: OTHER, chainId: '0x1' })).toBe(-32602)
    expect(await send({ from: OTHER, to: OTHER })).toBe(4100)
    const mainnet = { ...TYPED, domain: { ...TYPED.domain, chainId: 1 } }
    const sign = (method: string, params: readonly unknown[]) => refusal(provider.request({ method, params }))
    expect(await sign('eth_signTypedData_v4', [from, mainnet])).toBe(-32602)
    expect(await sign('eth_signTypedData_v4', [OTHER, TYPED])).toBe(4100)
    expect(await sign('personal_sign', ['hello', OTHER])).toBe(4100)
    const stranger = all.provider()
    expect(await refusal(stranger.request({ method: 'personal_sign', params: ['hello', from] }))).toBe(4100)
    expect(await refusal(stranger.request({ method: 'eth_sendTransaction', params: [{ to: OTHER }] }))).toBe(
      4100,
    )
    expect(all.transport.types).toEqual([])
  })

  it('says that the wallet was not reached', async () => {
    const close = async (): Promise<void> => {}
    const ended = Promise.resolve({ reason: 'unreachable' as const, cause: undefined })
    const unreachable = {
      id: 'dead',
      replyModes: ['post'] as const,
      deliver: async () => ({ ended, close, [Symbol.asyncDispose]: close }),
    }
    const provider = all.provider({
      via: (method) => (method === 'eth_requestAccounts' ? unreachable : 'wallet'),
    })
    const error: unknown = await provider
      .request({ method: 'eth_requestAccounts' })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 4900, data: { uportCode: 'REQUEST_UNREACHABLE', tried: ['dead'] } })
  })
})

describe('what reads', () => {
  it('goes to the node, and its answers come back as they are', async () => {
    const provider = all.provider()
    const heard = record(provider)
    expect(await provider.request({ method: 'eth_chainId' })).toBe('0x7a69')
    expect(await provider.request({ method: 'net_version' })).toBe('31337')
    expect(provider.isConnected()).toBe(false)
    expect(await provider.request({ method: 'eth_blockNumber' })).toMatch(/^0x/)
    expect(provider.isConnected()).toBe(true)
    const reverted = { method: 'eth_call', params: [{ data: '0x60006000fd' }, 'latest'] }
    expect(await refusal(provider.request(reverted))).toBe(3)
    expect(await refusal(provider.request({ method: 'eth_sendRawTransaction', params: ['0x00'] }))).toBe(
      -32602,
    )
    expect(heard).toEqual([['connect', { chainId: '0x7a69' }]])
  })

  it.each([
    'eth_sign',
    'eth_signTransaction',
    'eth_signTypedData',
    'eth_signTypedData_v3',
    'eth_subscribe',
    'personal_unlockAccount',
    'wallet_addEthereumChain',
    'anvil_setBalance',
    'constructor',
    '',
  ])('does not take in %s', async (method) => {
    expect(await refusal(all.provider().request({ method }))).toBe(4200)
  })

  it('tells when the node goes and comes back', async () => {
    const { rpcUrl, networkId } = all.world.devnet
    const node = httpRpc(rpcUrl)
    let up = false
    const rpc: typeof node = {
      request: (call) =>
        up ? node.request(call) : Promise.reject(Object.assign(new Error('gone'), { code: 4900 })),
    }
    const provider = all.provider({ networks: { [networkId]: { rpc } } })
    const heard = record(provider)
    expect(await refusal(provider.request({ method: 'eth_blockNumber' }))).toBe(4900)
    up = true
    await provider.request({ method: 'eth_blockNumber' })
    await provider.request({ method: 'eth_blockNumber' })
    up = false
    expect(await refusal(provider.request({ method: 'eth_blockNumber' }))).toBe(4900)
    await provider.close()
    expect(heard.map(([event]) => event)).toEqual(['connect', 'disconnect'])
    const dead = all.provider({ networks: { [networkId]: { rpc: 'http://127.0.0.1:9' } } })
    expect(await refusal(dead.request({ method: 'eth_blockNumber' }))).toBe(4900)
  })

  it('refuses a node of another chain', async () => {
    const provider = all.provider({ networks: { '0x1': { rpc: all.world.devnet.rpcUrl } } })
    const error: unknown = await provider
      .request({ method: 'eth_blockNumber' })
      .catch((reason: unknown) => reason)
    expect(error).toMatchObject({ code: 4901, data: { expected: '0x1', found: '0x7a69' } })
    expect(provider.isConnected()).toBe(false)
  })
})

describe('chains', () => {
  it('are switched among the configured ones; accounts belong to one', async () => {
    const { rpcUrl, networkId, chainId } = all.world.devnet
    const networks = { [networkId]: { rpc: rpcUrl }, '0x1': { rpc: rpcUrl } }
    const provider = await signedIn({ networks, chainId })
    const heard = record(provider)
    const to = (id: string) =>
      refusal(provider.request({ method: 'wallet_switchEthereumChain', params: [{ chainId: id }] }))
    expect(await to('0x2')).toBe(4902)
    expect(await to('0x7a69')).toEqual({ value: null })
    expect(heard).toEqual([])
    expect(await to('0x1')).toEqual({ value: null })
    expect(await provider.request({ method: 'eth_chainId' })).toBe('0x1')
    expect(await to('0x7a69')).toEqual({ value: null })
    expect(heard).toEqual([
      ['chainChanged', '0x1'],
      ['accountsChanged', []],
      ['chainChanged', '0x7a69'],
      ['accountsChanged', [all.user.address]],
    ])
  })

  it('must be configured', () => {
    const { options } = all
    const rpc = all.world.devnet.rpcUrl
    expect(() => createUportProvider({ ...options, networks: {} })).toThrow(TypeError)
    expect(() => createUportProvider({ ...options, networks: { one: { rpc } } })).toThrow(TypeError)
    expect(() => createUportProvider({ ...options, chainId: 1n })).toThrow(TypeError)
    const two = { '0x1': { rpc }, '0x2': { rpc } }
    expect(() => createUportProvider({ ...options, networks: two })).toThrow(TypeError)
  })
})
