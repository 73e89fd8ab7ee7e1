/** A parameter of a function in a contract's ABI. */
export interface AbiParameter {
  readonly name?: string
  readonly type: string
  readonly components?: readonly AbiParameter[]
}

/** An entry of a contract's ABI, as Solidity writes it (Contract ABI Specification, JSON: no member is undefined). */
export interface AbiEntry {
  readonly type?: string
  readonly name?: string
  readonly inputs?: readonly AbiParameter[]
  readonly constant?: boolean
  readonly stateMutability?: string
}
