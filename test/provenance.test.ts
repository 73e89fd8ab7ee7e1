import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const require = createRequire(import.meta.url)
const artifactFile = createRequire(new URL('../packages/devnet/package.json', import.meta.url)).resolve(
  'uport-registry',
)

/** The part of the compiler's interface of 2017 that is used here. */
interface Compiler {
  compile(
    source: string,
    optimize: 0 | 1,
  ): { contracts?: Record<string, { bytecode: string }>; errors?: string[] }
}

/**
 * Solidity ends code with `a165627a7a72305820 <32 bytes> 0029`, the Swarm hash of the metadata, which covers comments
 * and paths. Everything before it is the program.
 */
const metadata = /a165627a7a72305820[0-9a-f]{64}0029$/

describe('the registry of the devnet', () => {
  it('is the original source, compiled by the compiler of its pragma', async () => {
    const published: string = JSON.parse(await readFile(artifactFile, 'utf8')).unlinked_binary
    const sourceFile = join(dirname(artifactFile), '../../contracts/UportRegistry.sol')
    const source = await readFile(sourceFile, 'utf8')
    expect(source).toMatch(/^pragma solidity 0\.4\.8;/)

    const { contracts, errors } = (require('solc-0.4.8') as Compiler).compile(source, 1)
    const compiled = contracts?.[':UportRegistry']?.bytecode ?? contracts?.['UportRegistry']?.bytecode
    expect(errors ?? []).toEqual([])
    expect(published).toMatch(metadata)
    expect(compiled).toMatch(metadata)
    expect(published.slice(2).replace(metadata, '')).toBe(compiled?.replace(metadata, ''))
  }, 60_000)
})
