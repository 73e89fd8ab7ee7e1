// One subject for all cases, from CommonJS.

const { generateKeyPairSync } = require('node:crypto')

exports.keyStore = {
  keyId: 'login',
  store: {
    async get() {
      return undefined
    },
    async sign() {
      return generateKeyPairSync('ec', { namedCurve: 'secp256k1' })
    },
  },
}
