// The genuine uport 0.6.5 in a process of its own: a token that it refuses leaves a promise that never settles and a
// rejection that nobody handles. Reads one command as JSON from its arguments, writes its result as JSON.

import { createRequire } from 'node:module'

const load = createRequire(new URL('../package.json', import.meta.url))
const { Credentials, JWT, SimpleSigner } = load('uport')
const UportLite = load('uport-lite')

const { command, address, privateKey, networks, ipfsGw, params, sub, token, callbackUrl, payload } =
  JSON.parse(process.argv[2])
const signer = SimpleSigner(privateKey)
const registry = UportLite({ networks, ipfsGw })
const credentials = new Credentials({ address, signer, networks, registry })

const commands = {
  createRequest: () => credentials.createRequest(params),
  createVerificationRequest: () => credentials.createVerificationRequest(params, sub),
  attest: () => credentials.attest(params),
  receive: () => credentials.receive(token, callbackUrl),
  createJWT: () => JWT.createJWT({ address, signer }, payload),
}
const result = await commands[command]()
process.stdout.write(JSON.stringify(result))
