import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { describeDevnet } from './command.ts'
import { type Devnet, startDevnet } from './devnet.ts'
import { createJsonRpc } from './json-rpc.ts'

const device = `0x${'11'.repeat(20)}`
const recovery = `0x${'22'.repeat(20)}`

describe('a devnet with a sponsor', () => {
  let devnet: Devnet

  beforeAll(async () => {
    devnet = await startDevnet({ sponsor: true })
  })

  afterAll(() => devnet.stop())

  it('creates an identity for whoever shows its fuel token', async () => {
    const { sponsor, networkId } = devnet
    const ask = (token: string): Promise<Response> =>
      fetch(`${sponsor?.url}/unnu/createIdentity`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
        body: JSON.stringify({
          deviceKey: device,
          recoveryKey: recovery,
          blockchain: networkId,
          managerType: 'MetaIdentityManager',
          wait: 20,
        }),
      })
    expect((await ask((await sponsor?.fuelToken(recovery)) ?? '')).status).toBe(403)
    const answer = await ask((await sponsor?.fuelToken(device)) ?? '')
    const { data } = (await answer.json()) as { data: { identity: string } }
    expect(await createJsonRpc(devnet.rpcUrl)('eth_getCode', data.identity, 'latest')).not.toBe('0x')
  })

  it('says where it is, and whose tokens it takes', () => {
    const { url, issuer } = devnet.sponsor ?? {}
    expect(describeDevnet(devnet, false)).toContain(`${url} (takes fuel tokens of ${issuer?.did})`)
    expect(JSON.parse(describeDevnet(devnet, true)).sponsor).toMatchObject({ url, issuer })
  })
})
