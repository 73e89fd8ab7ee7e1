import { foldDid, parseDidDocument, toLegacyDidDocument, toW3cDidDocument } from '@uport-kit/core'
import type { Arguments } from '../arguments.ts'
import type { Context } from '../context.ts'
import { createResolver } from '../create-resolver.ts'

/** Resolves a DID and prints its document. */
export async function run(args: Arguments, { terminal, settings, signal }: Context): Promise<undefined> {
  const did = foldDid(args.requirePosition('did'))
  const resolved = await createResolver(settings).resolve(did, { signal, fresh: true })
  parseDidDocument(resolved.document, did)
  const document = args.flag('legacy')
    ? toLegacyDidDocument(resolved.document)
    : args.flag('w3c')
      ? toW3cDidDocument(resolved.document)
      : resolved.document
  const { versionId, metadata } = resolved
  terminal.print({ did, document, versionId, metadata }, [
    JSON.stringify(document, undefined, 2),
    ...(versionId === undefined ? [] : ['', `pinned by ${versionId}`]),
  ])
}
