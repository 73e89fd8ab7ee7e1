// A chain and a gateway in a process of its own, without delay, that count what they are asked. Every account of the
// registry has one and the same document, or one of its own, as the account's last byte says.
//
// The few lines of HTTP that the contenders speak are read and written by hand: node:http would take as long for an answer
// as the fastest contender for its question, and so be what is measured.

import { createHash } from 'node:crypto'
import { createServer } from 'node:net'
import { digestFromCid, encodeHex } from '@uport-kit/core'
import { cidOfBytes } from '@uport-kit/resolver-uport'

const documents = new Map()
const digests = Array.from({ length: 256 }, (_, index) => {
  const key = createHash('sha512').update(`key ${index}`).digest('hex')
  const profile = {
    '@context': 'http://schema.org',
    '@type': 'Person',
    name: `Person ${index}`,
    publicKey: `0x04${key}`,
  }
  const text = JSON.stringify(profile)
  const cid = cidOfBytes(Buffer.from(text))
  documents.set(cid, text)
  return `0x${encodeHex(digestFromCid(cid))}`
})
const counts = { rpc: 0, ipfs: 0, connections: 0 }

function answer({ id, method, params }) {
  const result =
    method === 'eth_call'
      ? digests[Number.parseInt(params[0].data.slice(-2), 16)]
      : method === 'eth_chainId'
        ? '0x4'
        : null
  return { jsonrpc: '2.0', id, result }
}

function contentFor(path, body) {
  if (path.startsWith('/ipfs/')) {
    counts.ipfs++
    return documents.get(path.slice('/ipfs/'.length))
  }
  counts.rpc++
  const asked = JSON.parse(body)
  return JSON.stringify(Array.isArray(asked) ? asked.map(answer) : answer(asked))
}

/** The first request of a text, all of which is ASCII; undefined while it is not there as a whole. */
function readRequest(text) {
  const headEnd = text.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = text.slice(0, headEnd)
  const end = headEnd + 4 + Number(/\r\ncontent-length: (\d+)/i.exec(head)?.[1] ?? 0)
  if (text.length < end) return undefined
  const path = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/'))
  return { path, body: text.slice(headEnd + 4, end), close: /\r\nconnection: close/i.test(head), end }
}

const server = createServer({ noDelay: true }, (socket) => {
  counts.connections++
  let unread = ''
  socket.setEncoding('latin1').on('error', () => undefined)
  socket.on('data', (chunk) => {
    unread += chunk
    for (let request = readRequest(unread); request !== undefined; request = readRequest(unread)) {
      unread = unread.slice(request.end)
      const content = contentFor(request.path, request.body)
      const connection = request.close ? 'close' : 'keep-alive'
      const head = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${content.length}\r\nconnection: ${connection}\r\n\r\n`
      if (request.close) socket.end(head + content)
      else socket.write(head + content)
    }
  })
})
process.on('message', () => {
  process.send({ ...counts })
  for (const name of Object.keys(counts)) counts[name] = 0
})
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
