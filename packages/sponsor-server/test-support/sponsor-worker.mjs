// A sponsor in a process of its own, which kills itself, as SIGKILL would, beside one of its writes to the disk.
//
// usage: node sponsor-worker.mjs <file with JSON: { privateKey, dataDirectory, rpc, chainId, kill, ...options }>
import { readFileSync } from 'node:fs'
import { importKey, levelSponsorStore, startSponsorServer } from '@uport-kit/sponsor-server'

const { privateKey, dataDirectory, chainId, kill, budgets, ...options } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
)
const store = await levelSponsorStore({ directory: dataDirectory })
let sent = 0

/** The nth transaction that is stored: `before` it is on the disk, or `after` that and before it leaves. */
function reach(when) {
  if (kill?.when === when && sent === kill.at) process.kill(process.pid, 'SIGKILL')
}

const { keys, keyId } = await importKey(privateKey)
const server = await startSponsorServer({
  ...options,
  keys,
  keyId,
  chainId: BigInt(chainId),
  log: ({ event }) => process.stdout.write(`${event}\n`),
  budgets: Object.fromEntries(Object.entries(budgets ?? {}).map(([name, wei]) => [name, BigInt(wei)])),
  store: {
    ...store,
    write: async (changes) => {
      const isNew = changes.some(({ key, value }) => key.startsWith('i/') && value !== undefined)
      if (isNew) sent += 1
      if (isNew) reach('before')
      await store.write(changes)
      if (isNew) reach('after')
    },
  },
})
process.stdout.write(`listening ${server.url}\n`)
process.once('SIGTERM', async () => {
  await server.close()
  await store.close()
})
