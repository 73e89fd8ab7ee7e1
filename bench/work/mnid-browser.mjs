import { parentPort, workerData } from 'node:worker_threads'

Object.defineProperty(process, 'getBuiltinModule', { value: undefined })
const { encodeMnid, parseMnid } = await import('@uport-kit/core')
const { measureMnids } = await import('./texts.mjs')
parentPort.postMessage(
  await measureMnids(workerData, { encode: encodeMnid, parse: parseMnid, browser: true }),
)
