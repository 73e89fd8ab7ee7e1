import type { CommandSpec } from '../command-spec.ts'
import { KEY_OPTIONS, NETWORK_OPTIONS, RESOLVE_OPTIONS } from '../global-options.ts'

/** Looking at DIDs, tokens and accounts. */
export const TOKEN_COMMANDS: readonly CommandSpec[] = [
  {
    path: ['resolve'],
    summary: 'resolve a DID to its document',
    positionals: [{ name: 'did', description: 'a DID or an MNID', required: true }],
    options: {
      legacy: { type: 'flag', description: 'in the vocabulary of old peers' },
      w3c: { type: 'flag', description: 'in the vocabulary of the W3C' },
      ...RESOLVE_OPTIONS,
    },
    examples: [
      { command: 'uport resolve 2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX', comment: 'from registry and IPFS' },
      { command: 'uport resolve did:web:example.com --json', comment: 'from a web site' },
    ],
    load: () => import('../commands/resolve.ts'),
  },
  {
    path: ['sign'],
    summary: 'sign a JSON object as a token (JWT)',
    description: ['iss, iat and exp are set here.'],
    positionals: [
      { name: 'claims', description: 'a JSON file, or - for standard input', required: true, isFile: true },
    ],
    options: {
      sub: { type: 'text', value: 'did', description: 'whom the token is about' },
      aud: { type: 'text', value: 'did', description: 'to whom it is addressed' },
      'expires-in': {
        type: 'text',
        value: 'seconds',
        description: 'how long it is valid; default: without end',
      },
      ...KEY_OPTIONS,
    },
    examples: [
      {
        command: `echo '{"claim":{"degree":"MSc"}}' | uport sign - --sub did:uport:2nQ.. --expires-in 31536000`,
        comment: 'a credential',
      },
      { command: 'uport sign claims.json --as shop', comment: 'as another identity' },
    ],
    load: () => import('../commands/sign.ts'),
  },
  {
    path: ['verify'],
    summary: 'verify a token and explain every rule that was applied',
    description: [
      'Rules are applied in the order printed, and the first that fails decides. Exit code 4 says that the token is not valid, 5 that a source failed and nothing is said about it.',
    ],
    positionals: [
      {
        name: 'token',
        description: 'the token, @file, or - for standard input',
        required: true,
        isFile: true,
      },
    ],
    options: {
      audience: {
        type: 'list',
        value: 'did',
        description: 'a DID of yours: to whom the token may be addressed',
      },
      callback: {
        type: 'text',
        value: 'url',
        description: 'a callback of yours: to which it may be addressed',
      },
      at: { type: 'text', value: 'time', description: 'Unix seconds or a date; default: now' },
      skew: { type: 'text', value: 'seconds', description: 'how far the clocks may differ; default 60' },
      'require-expiry': { type: 'flag', description: 'refuse a token without exp' },
      'require-audience': { type: 'flag', description: 'refuse a token that names no audience' },
      authentication: { type: 'flag', description: 'take only keys that may authenticate' },
      'legacy-times': { type: 'flag', description: 'read times that early signers wrote in milliseconds' },
      ...RESOLVE_OPTIONS,
    },
    examples: [
      { command: 'uport verify @token.jwt', comment: 'from a file' },
      { command: 'uport verify - --audience did:uport:2nQ.. < token.jwt', comment: 'addressed to you?' },
      {
        command: 'uport verify @token.jwt --at 2018-06-01T00:00:00Z --skew 300',
        comment: 'was it valid then?',
      },
    ],
    load: () => import('../commands/verify.ts'),
  },
  {
    path: ['mnid'],
    summary: 'show an account in all its spellings: MNID, DID, address, CAIP-10',
    positionals: [
      { name: 'account', description: 'an MNID, a did:uport, a CAIP-10 id or an address', required: true },
    ],
    options: NETWORK_OPTIONS,
    examples: [
      { command: 'uport mnid 2nQtiQG6Cgm1GYTBaaKAgr76uY7iSexUkqX', comment: 'what is in it?' },
      { command: 'uport mnid 0x00521965e7bd230323c423d96c657db5b79d099f --network 0x4', comment: 'make one' },
    ],
    load: () => import('../commands/mnid.ts'),
  },
]
