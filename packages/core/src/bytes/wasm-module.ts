// As much of the binary format of WebAssembly (core specification 1.0, section 5) as one function over 64-bit words takes.

/** Instructions. Operands are taken from a stack, where what stands before has left them. */
export const OP = {
  /** Then what it leaves on the stack. */
  loop: 0x03,
  end: 0x0b,
  /** Then how many blocks outwards; goes on there unless the number of 32 bits on the stack is 0. */
  branchIf: 0x0d,
  /** Then the number of the variable, as after `set`. */
  get: 0x20,
  set: 0x21,
  /** Then two to the power of which the address is a multiple, and what is added to it, as after `store`. */
  load: 0x29,
  store: 0x37,
  /** Then the number, by `integer`. */
  i32Const: 0x41,
  i64Const: 0x42,
  i32NotEqual: 0x47,
  i32Add: 0x6a,
  and: 0x83,
  xor: 0x85,
  rotateLeft: 0x89,
} as const

const I32 = 0x7f
const I64 = 0x7e
export const NO_RESULT = 0x40

/** LEB128 (section 5.2.2): a number from -64 to 63 is one byte. */
export function integer(value: number): number[] {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...integer(value >> 7)]
}

export interface WasmFunction {
  /** How many variables of 32 bits it has, which have the first numbers; all are 0 at first. */
  readonly i32: number
  /** How many of 64 bits, which have the numbers after those. */
  readonly i64: number
  readonly code: readonly number[]
}

/**
 * The module of one function without parameters and results, exported as `run`, and of 64 KiB of memory, exported as
 * `memory`.
 */
export function wasmModule({ i32, i64, code }: WasmFunction): Uint8Array<ArrayBuffer> {
  const body = [2, i32, I32, i64, I64].concat(code, OP.end)
  return Uint8Array.from(
    text('\0asm').concat(
      [1, 0, 0, 0],
      // One type, of functions that take and return nothing; one function, of that type; one memory, of one page.
      section(1, [1, 0x60, 0, 0]),
      section(3, [1, 0]),
      section(5, [1, 0, 1]),
      section(7, [2].concat(sized(text('run')), 0, 0, sized(text('memory')), 2, 0)),
      section(10, [1].concat(sized(body))),
    ),
  )
}

function section(id: number, content: readonly number[]): number[] {
  return [id].concat(sized(content))
}

function sized(content: readonly number[]): number[] {
  return integer(content.length).concat(content)
}

function text(ascii: string): number[] {
  return Array.from(ascii, (character) => character.charCodeAt(0))
}
