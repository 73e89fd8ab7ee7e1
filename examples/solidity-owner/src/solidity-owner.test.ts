import { systemClock, verifyJwt } from '@uport-kit/core'
import { type Devnet, startDevnet } from '@uport-kit/devnet'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type ContractIdentity, runSolidityOwner } from './solidity-owner.ts'

let devnet: Devnet
let identity: ContractIdentity
const lines: string[] = []

beforeAll(async () => {
  devnet = await startDevnet()
  identity = await runSolidityOwner(devnet, (line) => lines.push(line))
}, 60_000)
afterAll(() => devnet.stop())

it('is an identity whose document the contract registered itself', async () => {
  const { did, resolver, token, contract } = identity
  expect(JSON.stringify(await resolver.resolve(did))).toContain('"My contract"')
  expect((await verifyJwt(token, { resolver, now: systemClock().now() })).issuer).toBe(did)
  expect(lines.map((line) => line.split(' ')[0])).toEqual([
    'compiled',
    'deployed',
    'published',
    'registered',
    'verified',
  ])
  expect(lines[1]).toContain(contract)
})

it('takes a document from its owner alone', () => {
  // 0x5fc483c5: OnlyOwner()
  expect(identity.refusal).toMatchObject({
    code: 'TRANSACTION_FAILED',
    data: { reason: 'it would revert: custom error 0x5fc483c5' },
  })
})
