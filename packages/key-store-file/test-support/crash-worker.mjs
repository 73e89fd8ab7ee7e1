// Works on a store and stops for good at one step inside one write, where it waits to be killed.
//
// usage: node crash-worker.mjs <JSON: { directory, operation, step, before }>
import { writeSync } from 'node:fs'
import fs from 'node:fs/promises'
import { syncBuiltinESMExports } from 'node:module'

const { directory, operation, step, before } = JSON.parse(process.argv[2])
const passphrase = 'old passphrase'
let armed = false

/** Says where it stands, and stops the whole process there. */
function reach(name) {
  if (!armed || name !== step) return
  writeSync(1, `${name}\n`)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
}

const probe = await fs.open(process.argv[1])
const handles = Object.getPrototypeOf(probe)
await probe.close()
const { open, link, rename, rm } = fs
const { writeFile, sync } = handles
const temporaries = new WeakSet()

fs.open = async (path, flags, ...rest) => {
  const handle = await open(path, flags, ...rest)
  if (String(path).includes('.uport-tmp-')) {
    temporaries.add(handle)
    reach('opened')
  }
  return handle
}
handles.writeFile = async function (text) {
  if (!temporaries.has(this)) return writeFile.call(this, text)
  const half = Math.floor(text.length / 2)
  await this.write(text.slice(0, half))
  reach('half')
  await this.write(text.slice(half))
  reach('written')
}
handles.sync = async function () {
  await sync.call(this)
  reach(temporaries.has(this) ? 'synced' : 'directory-synced')
}
fs.link = async (from, to) => {
  await link(from, to)
  reach('in-place')
}
fs.rename = async (from, to) => {
  await rename(from, to)
  reach('in-place')
}
fs.rm = async (path, ...rest) => {
  await rm(path, ...rest)
  if (String(path).includes('.uport-tmp-')) reach('removed')
}
syncBuiltinESMExports()

const { openFileKeyStore } = await import('@uport-kit/key-store-file')
const store = await openFileKeyStore({ directory, passphrase, scrypt: { n: 2 } })
for (const keyId of before) await store.create({ keyId })
armed = true
if (operation === 'create') await store.create({ keyId: 'key' })
else await store.changePassphrase('key', passphrase, 'new passphrase')
writeSync(1, 'done\n')
