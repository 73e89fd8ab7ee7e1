import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { expect, it } from 'vitest'
import { GUEST_BOOK_CODE } from './guest-book-code.ts'

it('deploys the guest book that its source says', async () => {
  const content = await readFile(new URL('GuestBook.sol', import.meta.url), 'utf8')
  const compiler: { compile(input: string): string } = createRequire(import.meta.url)('solc')
  const input = {
    language: 'Solidity',
    sources: { 'GuestBook.sol': { content } },
    settings: {
      optimizer: { enabled: true },
      metadata: { appendCBOR: false, bytecodeHash: 'none' },
      outputSelection: { '*': { '*': ['evm.bytecode.object'] } },
    },
  }
  const { contracts } = JSON.parse(compiler.compile(JSON.stringify(input)))
  expect(`0x${contracts['GuestBook.sol'].GuestBook.evm.bytecode.object}`).toBe(GUEST_BOOK_CODE)
})
