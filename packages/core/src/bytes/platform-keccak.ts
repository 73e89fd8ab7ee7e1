import { type HashKeccak, hashKeccak, RATE } from './keccak.ts'
import { createKeccakMemory, type KeccakMemory, type WasmCompiler } from './keccak-wasm.ts'

interface Scope {
  readonly process?: { getBuiltinModule?: unknown }
  readonly WebAssembly?: WasmCompiler
}

/**
 * Keccak in WebAssembly, which has words of 64 bits: a third of the time that JavaScript takes, and half of what a call of
 * the platform's own SHA-3 does. Made at the first call, in a millisecond or two. On Node.js and what is like it only: a
 * page would have to permit it by `wasm-unsafe-eval`.
 *
 * @returns `undefined` where it is not to be had
 */
export function findPlatformKeccak(scope: Scope = globalThis): HashKeccak | undefined {
  const { process, WebAssembly: wasm } = scope
  if (typeof process?.getBuiltinModule !== 'function' || wasm === undefined) return undefined
  let hash: HashKeccak | undefined
  return (bytes, padding, length, size) => {
    hash ??= createHash(wasm) ?? hashKeccak
    return hash(bytes, padding, length, size)
  }
}

/** As `hashKeccak`, by a state in the memory of WebAssembly. */
function createHash(wasm: WasmCompiler): HashKeccak | undefined {
  let memory: KeccakMemory
  try {
    memory = createKeccakMemory(wasm)
  } catch {
    // A process may have been told to generate no code.
    return undefined
  }
  const { state, permute } = memory
  return (bytes, padding, length = bytes.length, size = 32) => {
    // First, not last: a call that the stack had no room for would leave its state to the next.
    state.fill(0)
    let place = 0
    for (let index = 0; index < length; index++) {
      state[place]! ^= bytes[index]!
      if (++place === RATE) {
        permute()
        place = 0
      }
    }
    state[place]! ^= padding
    state[RATE - 1]! ^= 0x80
    permute()
    const digest = new Uint8Array(size)
    for (let index = 0; index < size; index++) digest[index] = state[index]!
    return digest
  }
}
