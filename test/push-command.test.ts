import { type IncomingRequest, memoryWalletStore, signJwt, systemClock } from '@uport-kit/core'
import { createSafeFetch } from '@uport-kit/fetch-node'
import { PushGrants, PushInbox, pushTransport } from '@uport-kit/transport-push'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runRelayCommand } from '../packages/relay-server/src/relay-command.ts'
import { type DevnetWorld, startDevnetWorld } from './support/devnet-world.ts'

let world: DevnetWorld
beforeAll(async () => {
  world = await startDevnetWorld()
}, 60_000)
afterAll(() => world?.close())

/** The command, told of the devnet's chain. */
async function startCommand(): Promise<{ readonly url: string; stop(): Promise<number> }> {
  const { networkId, rpcUrl, registry, gatewayUrl } = world.devnet
  const network = `${networkId}=${rpcUrl},${registry}`
  const stopping = new AbortController()
  const args = ['--memory', '--push', '--network', network, '--gateway', gatewayUrl]
  let running = Promise.resolve(0)
  const url = await new Promise<string>((resolve, reject) => {
    const out = (line: string): void => resolve(/listening on (\S+)/.exec(line)?.[1] ?? '')
    running = runRelayCommand(args, { out, err: reject, signal: stopping.signal })
  })
  const stop = (): Promise<number> => {
    stopping.abort()
    return running
  }
  return { url, stop }
}

test('the uport-relay command keeps inboxes for identities of the chain that it is told of', async () => {
  const [app, user] = [await world.register('app'), await world.register('user')]
  const command = await startCommand()
  try {
    const grants = new PushGrants({
      url: command.url,
      store: memoryWalletStore(),
      identity: async () => user.identity,
    })
    const {
      capability: jwt,
      boxPub,
      record,
    } = await grants.create({
      did: user.identity.did,
      audience: app.identity.did,
    })
    const grant = { jwt, boxPub, endpoint: `${command.url}/i/${record.id}`, expiresAt: record.expiresAt }
    const safeFetch = createSafeFetch({ allowOrigins: [command.url] })
    const request = await signJwt({ type: 'shareReq', callback: 'https://a.example' }, app.identity)
    const delivery = await pushTransport({ identity: app.identity, safeFetch })
      .to(grant)
      .deliver({
        id: 'request',
        jwt: request,
        replyMode: 'post',
        expiresAt: systemClock().now() + 60,
        uri: () => `me.uport:req/${request}`,
      })
    const arrived: IncomingRequest[] = []
    for await (const one of new PushInbox({ grants }).waiting()) arrived.push(one)
    expect(arrived.map(({ text }) => text)).toEqual([`me.uport:req/${request}`])
    await delivery.close()
    await safeFetch.close()
  } finally {
    expect(await command.stop()).toBe(0)
  }
})
