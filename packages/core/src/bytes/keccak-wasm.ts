import { integer, NO_RESULT, OP, wasmModule } from './wasm-module.ts'

// Memory: the constants of the rounds, and the 25 lanes of the state behind them.
const STATE = 192
const STATE_BYTES = 200

// Variables: the address of a round's constant, the lanes, the lanes as they are moved, the columns' parities, and what
// those do to the lanes. Lane x + 5y of the standard has the number x + 5y here.
const CONSTANT = 0
const lane = (x: number, y: number) => 1 + (x % 5) + 5 * (y % 5)
const moved = (x: number, y: number) => 25 + lane(x, y)
const parity = (x: number) => 51 + (x % 5)
const effect = (x: number) => 56 + (x % 5)
const VARIABLES = { i32: 1, i64: 60 }

/** What compiles: `WebAssembly`. */
export type WasmCompiler = Pick<typeof WebAssembly, 'Instance' | 'Module'>

/** The permutation Keccak-f[1600] (FIPS 202, section 3.3) in WebAssembly. */
export interface KeccakMemory {
  /** 25 lanes, little-endian. */
  readonly state: Uint8Array
  /** Permutes the state. */
  readonly permute: () => void
}

/** Writes the code and has it compiled, in a millisecond or two. */
export function createKeccakMemory(wasm: WasmCompiler): KeccakMemory {
  const module = new wasm.Module(wasmModule({ ...VARIABLES, code: permutation() }))
  const { run, memory } = new wasm.Instance(module).exports as {
    readonly run: () => void
    readonly memory: WebAssembly.Memory
  }
  writeRoundConstants(new Uint8Array(memory.buffer, 0, STATE))
  return { state: new Uint8Array(memory.buffer, STATE, STATE_BYTES), permute: run }
}

function permutation(): number[] {
  const code: number[] = []
  eachLane((x, y) => code.push(OP.i32Const, 0, OP.load, 3, ...placeOf(x, y), OP.set, lane(x, y)))
  code.push(OP.loop, NO_RESULT)
  pushRound(code)
  code.push(OP.get, CONSTANT, OP.i32Const, 8, OP.i32Add, OP.set, CONSTANT)
  code.push(OP.get, CONSTANT, OP.i32Const, ...integer(STATE), OP.i32NotEqual, OP.branchIf, 0, OP.end)
  eachLane((x, y) => code.push(OP.i32Const, 0, OP.get, lane(x, y), OP.store, 3, ...placeOf(x, y)))
  return code
}

function placeOf(x: number, y: number): number[] {
  return integer(STATE + 8 * (x + 5 * y))
}

function eachLane(push: (x: number, y: number) => void): void {
  for (let y = 0; y < 5; y++) for (let x = 0; x < 5; x++) push(x, y)
}

/** The steps θ, ρ with π, χ and ι of section 3.2. */
function pushRound(code: number[]): void {
  for (let x = 0; x < 5; x++) {
    code.push(OP.get, lane(x, 0))
    for (let y = 1; y < 5; y++) code.push(OP.get, lane(x, y), OP.xor)
    code.push(OP.set, parity(x))
  }
  for (let x = 0; x < 5; x++) {
    code.push(OP.get, parity(x + 4), OP.get, parity(x + 1), OP.i64Const, 1, OP.rotateLeft, OP.xor)
    code.push(OP.set, effect(x))
  }
  const offsets = rotationOffsets()
  eachLane((x, y) => {
    const to = moved(y, 2 * x + 3 * y)
    code.push(OP.get, lane(x, y), OP.get, effect(x), OP.xor)
    code.push(OP.i64Const, ...integer(offsets[lane(x, y)]!), OP.rotateLeft, OP.set, to)
  })
  eachLane((x, y) => {
    code.push(OP.get, moved(x, y), OP.get, moved(x + 1, y), OP.i64Const, ...integer(-1), OP.xor)
    code.push(OP.get, moved(x + 2, y), OP.and, OP.xor, OP.set, lane(x, y))
  })
  code.push(OP.get, lane(0, 0), OP.get, CONSTANT, OP.load, 3, 0, OP.xor, OP.set, lane(0, 0))
}

/** How far each lane is rotated (section 3.2.2), by the number of its variable. */
function rotationOffsets(): readonly number[] {
  const offsets: number[] = []
  offsets[lane(0, 0)] = 0
  let [x, y] = [1, 0]
  for (let step = 1; step <= 24; step++) {
    offsets[lane(x, y)] = ((step * (step + 1)) / 2) % 64
    ;[x, y] = [y, (2 * x + 3 * y) % 5]
  }
  return offsets
}

/** As the standard's algorithm 5 makes them. */
function writeRoundConstants(bytes: Uint8Array): void {
  let register = 1
  for (let start = 0; start < bytes.length; start += 8) {
    for (let power = 0; power < 7; power++) {
      const bit = 2 ** power - 1
      if ((register & 1) !== 0) bytes[start + (bit >> 3)]! |= 1 << (bit & 7)
      register = (register << 1) ^ ((register >> 7) * 0x171)
    }
  }
}
