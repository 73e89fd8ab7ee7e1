import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { PendingRequest } from '@uport-kit/core'
import { FileRequestStore, FileWalletStore } from '@uport-kit/store-file'
import { failureOf } from '../canaries.ts'
import { rowsOf } from '../canary-row.ts'
import { DID, TOKEN } from './network.ts'

export const fileRows = rowsOf('store-file', {
  async 'records that are damaged, and their read secrets'(canaries) {
    const directory = await mkdtemp(join(tmpdir(), 'uport-canary-'))
    const secret = canaries.text('the read secret', 'canaryReadSecretInTheRecord01')
    const record: PendingRequest = {
      id: 'request-of-the-canary',
      issuer: DID,
      requestType: 'shareReq',
      jwt: canaries.token('the request', TOKEN),
      expiresAt: Math.floor(Date.now() / 1000) + 600,
      reply: { channel: 'relay', callback: 'https://relay.example/t/1', state: { secret } },
    }
    try {
      const store = new FileRequestStore({ directory: join(directory, 'requests') })
      const wallet = new FileWalletStore({ directory: join(directory, 'wallet') })
      await store.put(record)
      await wallet.put('credentials', 'card', { jwt: TOKEN, secret })
      const seen: unknown[] = [store, wallet, await failureOf(() => store.put(record))]
      for (const damage of [
        `${JSON.stringify(record).slice(0, -9)}${secret}`,
        secret,
        JSON.stringify([secret]),
      ]) {
        for (const name of ['requests', 'wallet']) {
          for (const path of await readdir(join(directory, name), { recursive: true })) {
            if (path.endsWith('.json')) await writeFile(join(directory, name, path), damage)
          }
        }
        const calls = [
          () => store.get(record.id),
          () => store.consume(record.id, 'hash'),
          () => wallet.get('credentials', 'card'),
        ]
        for (const call of calls)
          seen.push(
            await Promise.resolve(call()).then(
              (value) => (value === undefined ? 'nothing' : 'something'),
              (error: unknown) => error,
            ),
          )
      }
      seen.push(await failureOf(() => new FileRequestStore({ directory: '/dev/null/x' }).put(record)))
      return seen
    } finally {
      await rm(directory, { recursive: true, force: true })
    }
  },
})
