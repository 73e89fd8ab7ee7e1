import { readFile } from 'node:fs/promises'
import type { InterfaceAbi } from 'ethers'
import compiler from 'solc'

export interface CompiledContract {
  readonly abi: InterfaceAbi
  /** `0x` hex, without the constructor's arguments. */
  readonly bytecode: string
}

interface Output {
  readonly errors?: readonly { readonly severity: string; readonly formattedMessage: string }[]
  readonly contracts?: Readonly<
    Record<string, Readonly<Record<string, { abi: InterfaceAbi; evm: { bytecode: { object: string } } }>>>
  >
}

/** Compiles `MyContract.sol` with npm's `solc`: nothing is downloaded. */
export async function compileContract(): Promise<CompiledContract> {
  const file = new URL('../src/MyContract.sol', import.meta.url)
  const input = {
    language: 'Solidity',
    sources: { 'MyContract.sol': { content: await readFile(file, 'utf8') } },
    settings: {
      optimizer: { enabled: true },
      outputSelection: { '*': { '*': ['abi', 'evm.bytecode.object'] } },
    },
  }
  const { errors = [], contracts } = JSON.parse(compiler.compile(JSON.stringify(input))) as Output
  const complaints = errors.map(({ formattedMessage }) => formattedMessage)
  const compiled = contracts?.['MyContract.sol']?.['MyContract']
  if (complaints.length > 0 || compiled === undefined) throw new Error(complaints.join('\n'))
  return { abi: compiled.abi, bytecode: `0x${compiled.evm.bytecode.object}` }
}
