import { describe, expect, it } from 'vitest'
import { Emitter } from './emitter.ts'

describe('Emitter', () => {
  it('calls each subscription, and removes one at a time', () => {
    const emitter = new Emitter()
    const heard: string[] = []
    const listener = (chainId: string) => heard.push(chainId)
    emitter.on('chainChanged', listener)
    emitter.on('chainChanged', listener)
    emitter.removeListener('chainChanged', () => {})
    emitter.emit('chainChanged', '0x1')
    emitter.removeListener('chainChanged', listener)
    emitter.emit('chainChanged', '0x2')
    emitter.clear()
    emitter.emit('chainChanged', '0x3')
    expect(heard).toEqual(['0x1', '0x1', '0x2'])
  })

  it('is not stopped by a listener that fails, whose error reaches the platform', async () => {
    const emitter = new Emitter()
    const heard: string[] = []
    emitter.on('chainChanged', () => {
      throw new Error('page mistake')
    })
    emitter.on('chainChanged', (chainId: string) => heard.push(chainId))
    const others = process.listeners('uncaughtException')
    process.removeAllListeners('uncaughtException')
    const uncaught = new Promise((resolve) => process.once('uncaughtException', resolve))
    emitter.emit('chainChanged', '0x1')
    expect(heard).toEqual(['0x1'])
    expect(await uncaught).toMatchObject({ message: 'page mistake' })
    for (const listener of others) process.on('uncaughtException', listener)
  })
})
