import { afterAll, beforeAll } from 'vitest'
import { type ChainWorld, startChainWorld } from '../test-support/chain-world.ts'
import { managerSuite } from '../test-support/manager-suite.ts'

let world: ChainWorld

beforeAll(async () => {
  world = await startChainWorld()
}, 60_000)
afterAll(() => world.close())

const LOCKS = [3_600, 129_600, 1_200]

managerSuite('IdentityManager', () => world, {
  kind: 'identity',
  isPaidByOthers: false,
  deploy: ({ deployOriginal }) => deployOriginal('IdentityManager', ...LOCKS),
})

managerSuite('MetaIdentityManager, whose owners pay nothing', () => world, {
  kind: 'meta',
  isPaidByOthers: true,
  deploy: ({ deployOriginal, devnet }) =>
    deployOriginal('MetaIdentityManager', ...LOCKS, devnet.identityContracts.txRelay),
})
