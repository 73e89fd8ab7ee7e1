// Verifies one reply many times at once, in a process of its own, on the built packages.
// Input (argv): a JSON file with { directory, secret, did, document, id, body, times }. Output: one JSON list of codes.
import { readFileSync } from 'node:fs'
import { derivedBoxKeys, disclosure, isUportError, MemoryKeyStore, Requester } from '@uport-kit/core'
import { UportResolver } from '@uport-kit/resolver-uport'
import { FileRequestStore } from '@uport-kit/store-file'

const { directory, secret, did, id, body, times, networks, gateways } = JSON.parse(
  readFileSync(process.argv[2], 'utf8'),
)
const requester = new Requester({
  identity: {
    did,
    keyId: 'unused',
    keys: new MemoryKeyStore(),
    boxKeys: derivedBoxKeys(Buffer.from(secret, 'base64')),
  },
  resolver: new UportResolver({ networks, gateways }),
  requests: new FileRequestStore({ directory }),
})
// The parent lets all processes go at the same time.
process.stdout.write('ready\n')
process.stdin.once('data', async () => {
  const codes = await Promise.all(
    Array.from({ length: times }, () =>
      requester.verify(disclosure, id, body).then(
        (who) => `won ${who.did}`,
        (error) => (isUportError(error) ? error.code : String(error)),
      ),
    ),
  )
  process.stdout.write(`${JSON.stringify(codes)}\n`, () => process.exit(0))
})
