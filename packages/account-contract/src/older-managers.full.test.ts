import { afterAll, beforeAll } from 'vitest'
import { type ChainWorld, startChainWorld } from '../test-support/chain-world.ts'
import { managerSuite } from '../test-support/manager-suite.ts'

let world: ChainWorld

beforeAll(async () => {
  world = await startChainWorld()
}, 60_000)
afterAll(() => world.close())

const LOCKS = [3_600, 129_600, 1_200]

for (const version of ['v1', 'v2']) {
  managerSuite(`IdentityManager ${version}`, () => world, {
    kind: 'identity',
    isPaidByOthers: false,
    keepsMover: version === 'v1',
    deploy: ({ deployOriginal }) => deployOriginal(`versions/${version}/IdentityManager`, ...LOCKS),
  })
}

for (const version of ['v1', 'v2', 'v3']) {
  managerSuite(`MetaIdentityManager ${version}`, () => world, {
    kind: 'meta',
    isPaidByOthers: true,
    keepsMover: version === 'v1',
    deploy: ({ deployOriginal, devnet }) =>
      deployOriginal(`versions/${version}/MetaIdentityManager`, ...LOCKS, devnet.identityContracts.txRelay),
  })
}

managerSuite('MetaIdentityManager, whose owners pay', () => world, {
  kind: 'meta',
  isPaidByOthers: false,
  deploy: ({ deployOriginal, devnet }) =>
    deployOriginal('MetaIdentityManager', ...LOCKS, devnet.identityContracts.txRelay),
})
