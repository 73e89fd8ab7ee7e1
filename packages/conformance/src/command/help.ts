export const HELP = `Shows that your part keeps the promises of its port.

usage: uport-conformance <suite> <module> [options]
       uport-conformance [suite] --list

suites
  key-store       KeyStore; KeyManager and KeyImporter where the module gives them
  resolver        DidResolver
  transport       Transport
  reply-channel   ReplyChannel
  request-store   RequestStore
  topic-store     TopicStore
  wallet-store    WalletStore

The module is JavaScript, or TypeScript where this Node runs it. Its default export, or an export named after the suite
(keyStore, resolver, transport, replyChannel, requestStore, topicStore, walletStore), is the subject, or a function that
makes one for each case and may be async; close() on a subject frees it.

  // my-store.js
  export default async () => ({ store: await openMyStore(), keyId: 'login', close: () => undefined })

Keys are created and deleted only where the subject has a manager, and imported only where it has an importer.

options
  --only <id>          this case alone, such as KS-04; may be repeated, or a list: KS-04,KS-05
  --reporter <name>    table (default), json or junit
  --output <file>      writes the report there; the table still goes to the terminal
  --timeout <ms>       how long one case may take (default 30000); one call may take a sixth of it
  --list               the cases and what they prove; runs nothing and needs no module
  --version            the version of the package and of its cases
  --help               this text

examples
  npx @uport-kit/conformance key-store ./my-store.js
  npx @uport-kit/conformance key-store ./my-store.js --only KS-04
  npx @uport-kit/conformance resolver ./my-resolver.js --reporter junit --output reports/resolver.xml
  npx @uport-kit/conformance topic-store --list

exit codes: 0 every case passed or was left out, 1 a case failed or none passed, 2 a mistake in the call or the module
`
