import { expect, it } from 'vitest'
import { startSilentServer } from '../../test-support/silent-server.ts'
import { call } from './site.ts'

it.each(['/', '/half'])(
  'gives up a server that never finishes its answer to %s, and says what to do',
  async (path) => {
    await using server = await startSilentServer()
    await expect(call(server.url + path, { timeoutMs: 100 })).rejects.toMatchObject({
      code: 'CHANNEL_FAILED',
      retryable: true,
      message: 'The server does not answer; check the connection, and try again.',
    })
  },
)

it('is called off by whoever asked, for their own reason', async () => {
  await using server = await startSilentServer()
  const leave = new AbortController()
  const asked = call(server.url, { signal: leave.signal })
  leave.abort('left')
  await expect(asked).rejects.toBe('left')
})
