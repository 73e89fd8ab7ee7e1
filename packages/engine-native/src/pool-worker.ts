import { parentPort, workerData } from 'node:worker_threads'
import { createNobleEngine } from '@uport-kit/core'
import { runJobs } from './job-batch.ts'
import { createNativeEngine } from './native-engine.ts'

const engine = workerData.native === true ? createNativeEngine() : createNobleEngine()

parentPort?.on('message', (jobs: Uint8Array) => {
  const answers = runJobs(jobs, engine)
  parentPort?.postMessage(answers, [answers.buffer])
})
