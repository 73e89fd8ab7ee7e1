import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { UportError } from '@uport-kit/core'
import { openFileKeyStore } from '@uport-kit/key-store-file'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Party, party, SponsorWorld } from '../test-support/sponsor-world.ts'
import { importKey } from './import-key.ts'
import { affordable, ceilingOf, currentPrice, raisedFees } from './outbox/fee-policy.ts'
import { runSponsorCommand } from './sponsor-command.ts'
import type { SponsorServerOptions } from './sponsor-server.ts'
import { issueFuelToken } from './tokens/fuel-token.ts'

let world: SponsorWorld
let device: Party

beforeAll(async () => {
  world = await SponsorWorld.start()
  device = await party('device of the options')
})
afterEach(() => world.stopSponsors())
afterAll(() => world.stop())

describe('a sponsor is not started', () => {
  it.each<[string, Partial<SponsorServerOptions>, string]>([
    ['without issuers', { issuers: [] }, 'SPONSOR_CONFIG_INVALID'],
    ['with an issuer that is no DID', { issuers: [{ did: 'me' }] }, 'SPONSOR_CONFIG_INVALID'],
    [
      'with an issuer nobody can resolve',
      { issuers: [{ did: 'did:web:x.example' }] },
      'SPONSOR_CONFIG_INVALID',
    ],
    ['with a contract at no address', { txRelay: '0x1' }, 'SPONSOR_CONFIG_INVALID'],
    ['with the zero address', { identityManager: `0x${'0'.repeat(40)}` }, 'SPONSOR_CONFIG_INVALID'],
    ['with proxies beyond number', { trustedProxies: 17 }, 'SPONSOR_CONFIG_INVALID'],
    ['with a budget of nothing', { budgets: { perDay: 0n } }, 'SPONSOR_CONFIG_INVALID'],
    ['on a chain without a number', { chainId: 0n }, 'SPONSOR_CONFIG_INVALID'],
    ['on another chain than its node', { chainId: 5n }, 'RPC_WRONG_CHAIN'],
    ['with a key that is not there', { keyId: 'nobody' }, 'KEY_NOT_FOUND'],
  ])('%s', async (_what, changes, code) => {
    await expect(world.sponsor(changes)).rejects.toMatchObject({ code })
  })

  it('where something listens already', async () => {
    const { url } = await world.sponsor()
    const port = Number(new URL(url).port)
    await expect(world.sponsor({ port })).rejects.toMatchObject({ code: 'SPONSOR_ADDRESS_UNAVAILABLE' })
  })
})

describe('an issuer', () => {
  const did = 'did:web:issuer.example'
  const claims = () => ({ subject: device.address, expiresIn: 600 })
  const ask = async (url: string, signer: Party) =>
    world.post(url, '/fund', await issueFuelToken(claims(), { ...signer, did }), {})

  it('is known by the key that was given, without asking anybody', async () => {
    const signer = await party('pinned')
    const publicKey = (await signer.keys.get(signer.keyId))?.publicKey ?? new Uint8Array()
    const { url } = await world.sponsor({ issuers: [{ did, publicKey }] })
    expect((await ask(url, signer)).body['code']).toBe('PARAMETER_MISSING')
    expect((await ask(url, await party('forger'))).body['code']).toBe('TOKEN_INVALID')
  })

  it('that cannot be looked up now is worth another try', async () => {
    const resolver = {
      methods: ['web'],
      resolve: async () => {
        throw new UportError('DID_RESOLUTION_FAILED', 'The network is down', {
          data: { did },
          retryable: true,
        })
      },
    }
    const { url } = await world.sponsor({ issuers: [{ did }], resolver })
    const { status, body, headers } = await ask(url, await party('pinned'))
    expect([status, body['code'], headers.get('retry-after')]).toEqual([503, 'ISSUER_UNRESOLVED', '5'])
  })

  it('issues nothing for nobody, and nothing without an end', async () => {
    const signer = await party('pinned')
    await expect(issueFuelToken({ subject: 'x', expiresIn: 1 }, signer)).rejects.toThrow(TypeError)
    await expect(issueFuelToken({ ...claims(), expiresIn: 0 }, signer)).rejects.toThrow(TypeError)
    await expect(importKey('11')).rejects.toThrow(TypeError)
  })
})

describe('fees', () => {
  const old = { type: 0, gasPrice: 100n } as const
  const fee = { type: 2, maxFeePerGas: 300n, maxPriorityFeePerGas: 100n } as const

  it('of a chain without EIP-1559 are one price', () => {
    expect(currentPrice(old)).toBe(100n)
    expect(affordable(old, 100n)).toEqual(old)
    expect(ceilingOf(old, 2, 1000n)).toBe(157n)
    expect(raisedFees(old, old, 1000n)).toEqual({ type: 0, gasPrice: 125n })
    expect(raisedFees(old, old, 105n)).toBeUndefined()
  })

  it('leave room for the base fee to double only as far as the sponsor pays', () => {
    expect(currentPrice(fee)).toBe(200n)
    expect(affordable(fee, 250n)).toEqual({ ...fee, maxFeePerGas: 250n })
    expect(() => affordable(fee, 199n)).toThrow(/more per gas/)
    expect(raisedFees(fee, old, 320n)).toBeUndefined()
    expect(raisedFees(fee, fee, 1000n)).toEqual({ type: 2, maxFeePerGas: 375n, maxPriorityFeePerGas: 125n })
  })
})

describe('the command', () => {
  it('pays with a key of a directory, and tells a wrong passphrase at once', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'uport-sponsor-keys-'))
    try {
      const passphrase = 'correct horse'
      const store = await openFileKeyStore({ directory, passphrase, scrypt: { n: 2, r: 8, p: 1 } })
      const { keyId } = await store.create()
      await world.devnet.fund(keyId)
      const { rpcUrl, networkId, identityContracts } = world.devnet
      const args = ['--rpc', rpcUrl, '--chain', networkId, '--issuer', world.issuer.did, '--memory']
      const more = ['--key-directory', directory, '--key-id', keyId, '--limit', 'pollSeconds=0.02']
      const manager = ['--identity-manager', identityContracts.metaIdentityManager]
      const lines: string[] = []
      const stopping = new AbortController()
      const run = (secret: string) =>
        runSponsorCommand([...args, ...more, ...manager], {
          out: (line) => lines.push(line),
          err: (line) => lines.push(line),
          environment: { UPORT_SPONSOR_PASSPHRASE: secret },
          signal: stopping.signal,
        })
      expect(await run('wrong horse')).toBe(1)
      expect(lines.join()).not.toContain('horse')
      lines.splice(0)
      const ended = run(passphrase)
      await world.until(async () => lines.length > 0)
      const url = /http:\S+(?=,)/.exec(lines[0] ?? '')?.[0] ?? ''
      await world.identity(url, device)
      await world.post(url, '/fund', 'x', {})
      stopping.abort()
      expect(await ended).toBe(0)
      const [started, sent, included, refused, stopped] = lines
      expect(started).toContain(`paying from ${keyId}`)
      expect(sent).toMatch(/^sent identity 0x\S+ \(nonce 0\)$/)
      expect(included).toMatch(/^included identity 0x\S+ \(nonce 0, \d+ wei\)$/)
      expect(refused).toBe('refused POST /fund: TOKEN_INVALID')
      expect(stopped).toBe('uport-sponsor stopped')
    } finally {
      await rm(directory, { recursive: true })
    }
  })
})
