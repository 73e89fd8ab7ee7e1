import type { Devnet } from '@uport-kit/devnet'
import { ContractFactory, JsonRpcProvider } from 'ethers'
import { GUEST_BOOK_CODE } from './guest-book-code.ts'

/** Deploys the guest book from an account of the devnet, and tells where it is. */
export async function deployGuestBook(devnet: Devnet): Promise<string> {
  const provider = new JsonRpcProvider(devnet.rpcUrl, Number(devnet.chainId), {
    staticNetwork: true,
    pollingInterval: 50,
  })
  try {
    const [account] = devnet.accounts
    if (account === undefined) throw new Error('The devnet has no accounts.')
    const signer = await provider.getSigner(account.address)
    const contract = await new ContractFactory([], GUEST_BOOK_CODE, signer).deploy()
    await contract.waitForDeployment()
    return (await contract.getAddress()).toLowerCase()
  } finally {
    provider.destroy()
  }
}
