import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

const require = createRequire(import.meta.url)
const fromDevnet = createRequire(new URL('../../packages/devnet/package.json', import.meta.url))

/** The part of the compiler's interface of 2017 that is used here. */
interface Compiler {
  compile(
    input: { sources: Record<string, string> },
    optimize: 0 | 1,
  ): { contracts?: Record<string, { bytecode: string }>; errors?: string[] }
}

/**
 * Solidity ends code with `a165627a7a72305820 <32 bytes> 0029`, the Swarm hash of the metadata, which covers comments and
 * paths. Everything else is the program. A contract that creates others holds their code, too.
 */
const metadata = /a165627a7a72305820[0-9a-f]{64}0029/g

/** What `uport-identity` published of a contract, without metadata. */
export async function publishedCode(name: string): Promise<string> {
  const file = fromDevnet.resolve(`uport-identity/build/contracts/${name}.json`)
  return withoutMetadata(JSON.parse(await readFile(file, 'utf8')).unlinked_binary.slice(2))
}

/** What the compiler of their pragma makes of the original sources, without metadata, by contract. */
export async function compileOriginals(files: readonly string[]): Promise<ReadonlyMap<string, string>> {
  const directory = join(dirname(fromDevnet.resolve('uport-identity')), 'contracts')
  const sources: Record<string, string> = {}
  for (const file of files) {
    const source = await readFile(join(directory, file), 'utf8')
    if (!source.startsWith('pragma solidity 0.4.15;')) throw new Error(`${file} is for another compiler`)
    sources[file] = source
  }
  const { contracts = {}, errors = [] } = (require('solc-0.4.15') as Compiler).compile({ sources }, 1)
  if (errors.length > 0) throw new Error(errors.join('\n'))
  return new Map(
    Object.entries(contracts).map(([name, { bytecode }]) => [
      name.slice(name.lastIndexOf(':') + 1),
      withoutMetadata(bytecode),
    ]),
  )
}

function withoutMetadata(code: string): string {
  if (code.match(metadata) === null) throw new Error('not the output of this compiler')
  return code.replace(metadata, '')
}
