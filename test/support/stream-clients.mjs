// Many readers of a relay in one process: opens a topic for each, then a stream for each on a socket of its own.
// usage: node stream-clients.mjs <url of the relay> <how many>; talks to its parent by messages.

import { createHash, randomBytes } from 'node:crypto'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'

const [, , url = '', count = '0'] = process.argv
const { hostname, port } = new URL(url)
const LANES = 64
const agent = new Agent({ keepAlive: true, maxSockets: LANES })
const topics = Array.from({ length: Number(count) }, () => {
  const secret = randomBytes(32)
  const id = createHash('sha256').update('uport-kit/topic/1').update(secret).digest('base64url')
  return { id, bearer: `Bearer ${secret.toString('base64url')}` }
})
const sockets = []

await inLanes(topics, open)
process.send({ opened: topics.map(({ id }) => id) })
process.on('message', async (message) => {
  if (message === 'stream') {
    await inLanes(topics, stream)
    process.send({ streaming: sockets.length })
  }
  if (message === 'end') {
    for (const socket of sockets) socket.destroy()
    agent.destroy()
    process.disconnect()
  }
})

/** @param {(topic: typeof topics[number], index: number) => Promise<void>} work */
async function inLanes(items, work) {
  let next = 0
  const lane = async () => {
    for (let index = next++; index < items.length; index = next++) await work(items[index], index)
  }
  await Promise.all(Array.from({ length: LANES }, lane))
}

function open({ id, bearer }) {
  const body = JSON.stringify({ expiresAt: Math.floor(Date.now() / 1000) + 3600 })
  return new Promise((resolve, reject) => {
    const headers = { authorization: bearer }
    const asked = request(`${url}/t/${id}`, { method: 'PUT', headers, agent }, (answer) => {
      answer.resume().on('end', () => {
        if (answer.statusCode === 201) resolve()
        else reject(new Error(`a topic was refused with status ${answer.statusCode}`))
      })
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

/** Resolves when the relay has begun to answer. */
function stream({ id, bearer }, index) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    sockets.push(socket)
    socket.setEncoding('latin1')
    socket.write(
      `GET /t/${id} HTTP/1.1\r\nHost: relay\r\nAccept: text/event-stream\r\nAuthorization: ${bearer}\r\n\r\n`,
    )
    socket.on('data', (text) => {
      if (text.includes(': open')) resolve()
      const data = /^data: (.*)$/m.exec(text)
      if (data !== null) process.send({ reader: index, body: data[1] })
    })
    socket.on('error', reject)
    socket.on('close', () => process.send({ closed: index }))
  })
}
