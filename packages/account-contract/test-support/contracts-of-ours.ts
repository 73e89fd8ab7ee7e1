import { Interface } from 'ethers'

/** Code of a contract that answers every call by reverting with these bytes (at most 255). */
export function reverting(data: string): string {
  const length = (data.length / 2 - 1).toString(16).padStart(2, '0')
  const runtime = `60${length}600c60003960${length}6000fd${data.slice(2)}`
  const size = (runtime.length / 2).toString(16).padStart(2, '0')
  return `0x60${size}600c60003960${size}6000f3${runtime}`
}

/** Code of a contract that registers itself with a manager as an identity, and from then on does nothing and succeeds. */
export function pretendedIdentity(manager: string, owner: string, recoveryKey: string): string {
  const registering = new Interface(['function registerIdentity(address owner, address recoveryKey)'])
  const call = registering.encodeFunctionData('registerIdentity', [owner, recoveryKey]).slice(2)
  const callManager = `6044603360003960006000604460006000 73${manager.slice(2)} 5af150`.replaceAll(' ', '')
  return `0x${callManager}60006000536001 6000f3${call}`.replaceAll(' ', '')
}
