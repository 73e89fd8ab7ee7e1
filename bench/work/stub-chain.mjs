// A chain and a gateway in a process of its own, without delay, that count what they are asked. Every account of the
// registry has one and the same document, or one of its own, as the account's last byte says.

import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
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
  const bytes = Buffer.from(JSON.stringify(profile))
  documents.set(cidOfBytes(bytes), bytes)
  return `0x${encodeHex(digestFromCid(cidOfBytes(bytes)))}`
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

const server = createServer(async (request, response) => {
  const body = Buffer.concat(await request.toArray()).toString()
  if (request.url.startsWith('/ipfs/')) {
    counts.ipfs++
    return response.end(documents.get(request.url.slice('/ipfs/'.length)))
  }
  counts.rpc++
  const asked = JSON.parse(body)
  response.setHeader('content-type', 'application/json')
  return response.end(JSON.stringify(Array.isArray(asked) ? asked.map(answer) : answer(asked)))
})
server.on('connection', () => {
  counts.connections++
})
process.on('message', () => {
  process.send({ ...counts })
  for (const name of Object.keys(counts)) counts[name] = 0
})
server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
