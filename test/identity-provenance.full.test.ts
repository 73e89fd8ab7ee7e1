import { describe, expect, it } from 'vitest'
import { compileOriginals, publishedCode } from './support/original-contracts.ts'

describe('the identity managers of the devnet', () => {
  it('are the original sources, compiled by the compiler of their pragma', async () => {
    const compiled = await compileOriginals([
      'IdentityManager.sol',
      'MetaIdentityManager.sol',
      'Proxy.sol',
      'libs/Owned.sol',
    ])
    for (const name of ['IdentityManager', 'MetaIdentityManager']) {
      expect(compiled.get(name)).toBe(await publishedCode(name))
    }
  })
})
