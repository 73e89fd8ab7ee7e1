import { access, constants } from 'node:fs/promises'
import { describe, expect, it } from 'vitest'
import { findAnvilBinary } from './anvil-binary.ts'

describe('findAnvilBinary', () => {
  it('finds a program that may be run', async () => {
    await expect(access(findAnvilBinary(), constants.X_OK)).resolves.toBeUndefined()
  })

  it('names the platforms where there is none for this one', () => {
    expect(() => findAnvilBinary('freebsd', 'x64')).toThrow(
      /^anvil has no program for freebsd-x64: .*linux-x64/,
    )
  })

  it('says how to install a program that npm left out', () => {
    expect(() => findAnvilBinary('win32', 'x64')).toThrow(
      /--omit=optional \(@foundry-rs\/anvil-win32-amd64\)/,
    )
  })
})
