import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { httpCall, pause } from './http-call.ts'
import type { Ledger } from './ledger.ts'

export interface SlowReadersOptions {
  readonly relayUrl: string
  readonly ledger: Ledger
  readonly lost: AbortSignal
  /** How long they take nothing from their connections. */
  readonly seconds: number
}

/** Distinct messages of a topic, and readers of it: as many as the relay allows. */
const MESSAGES = 48
const MESSAGE_BYTES = 60_000
const READERS = 8

/**
 * Readers of a topic that holds megabytes, who ask for all of it and take nothing for a while. Then they read what has come, and
 * the rest by its cursor.
 *
 * @returns how many of them the relay had let go meanwhile
 */
export async function readSlowly(options: SlowReadersOptions): Promise<number> {
  const secret = randomBytes(32)
  const id = createHash('sha256').update('uport-kit/topic/1').update(secret).digest('base64url')
  const url = `${options.relayUrl}/t/${id}`
  const headers = { authorization: `Bearer ${secret.toString('base64url')}` }
  const end = JSON.stringify({ expiresAt: Math.floor(Date.now() / 1000) + 600 })
  await again(options, () => httpCall(url, { method: 'PUT', headers, body: end }))
  const numbers = Array.from({ length: MESSAGES }, (_, index) => index + 1)
  for (const n of numbers) {
    const body = JSON.stringify({ n, padding: 'x'.repeat(MESSAGE_BYTES) })
    await again(options, () => httpCall(url, { method: 'POST', body }))
  }
  const readers = await Promise.all(numbers.slice(0, READERS).map(() => ask(url, headers.authorization)))
  await pause(options.seconds * 1000)
  let letGo = 0
  await Promise.all(
    readers.map(async (socket, reader) => {
      const cursors = await readUntil(socket, MESSAGES, options.lost)
      if (cursors.length < MESSAGES) letGo += 1
      while (cursors.length < MESSAGES && !options.lost.aborted) {
        const again = await ask(`${url}?after=${cursors.at(-1) ?? 0}`, headers.authorization).catch(
          () => undefined,
        )
        if (again === undefined) await pause(100)
        else cursors.push(...(await readUntil(again, MESSAGES - cursors.length, options.lost)))
      }
      options.ledger.compare(`slow reader ${reader}`, numbers, cursors)
    }),
  )
  await again(options, () => httpCall(url, { method: 'DELETE', headers }))
  return letGo
}

async function again(
  { lost }: SlowReadersOptions,
  call: () => Promise<{ readonly status: number }>,
): Promise<void> {
  while (!lost.aborted) {
    const answer = await call().catch(() => undefined)
    if (answer !== undefined && answer.status < 300) return
    await pause(50)
  }
}

/** A stream on a connection that nothing is read from. */
async function ask(url: string, authorization: string): Promise<Socket> {
  const { hostname, port, pathname, search } = new URL(url)
  const socket = connect({ port: Number(port), host: hostname }).pause()
  const connected = once(socket, 'connect')
  socket.on('error', () => {})
  await connected
  const lines = [
    `GET ${pathname}${search} HTTP/1.1`,
    'Host: relay',
    'Accept: text/event-stream',
    `Authorization: ${authorization}`,
  ]
  socket.write(`${lines.join('\r\n')}\r\n\r\n`)
  return socket
}

/** The cursors of the whole events that come, until there are as many, or the connection has ended. */
function readUntil(socket: Socket, count: number, lost: AbortSignal): Promise<number[]> {
  const cursors: number[] = []
  let text = ''
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(silence)
      lost.removeEventListener('abort', finish)
      socket.destroy()
      resolve(cursors)
    }
    // The relay shows a sign of life each second.
    const silence = setTimeout(finish, 5000)
    lost.addEventListener('abort', finish)
    socket.setEncoding('latin1')
    socket.on('data', (part: string) => {
      silence.refresh()
      text += part
      for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
        const cursor = /^id: (\d+)$/m.exec(text.slice(0, end))?.[1]
        if (cursor !== undefined) cursors.push(Number(cursor))
        text = text.slice(end + 2)
      }
      if (cursors.length >= count) finish()
    })
    socket.on('close', finish)
    socket.resume()
    if (socket.destroyed || lost.aborted) finish()
  })
}
