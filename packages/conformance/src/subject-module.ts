/** A subject, and how to free it where that is needed. */
type Closable<Subject> = WithOwnClock<Subject> & {
  /** Called after the case that it was made for; once at the end where all cases share it. */
  close?(): unknown
  [Symbol.asyncDispose]?(): unknown
}

/** Under the command a subject may leave out its clock: it lives by the machine's then. */
type WithOwnClock<Subject> = Subject extends { now(): number }
  ? Omit<Subject, 'now'> & { readonly now?: (() => number) | undefined }
  : Subject

/**
 * What a module that is given to the `uport-conformance` command exports, by default or under the suite's name: a function
 * that makes a subject of its own for each case, or one subject that all cases share.
 *
 * ```ts
 * export default (async () => ({ store: await openMyStore(), keyId: 'login' })) satisfies SubjectModule<KeyStoreSubject>
 * ```
 */
export type SubjectModule<Subject> =
  | Closable<Subject>
  | (() => Closable<Subject> | Promise<Closable<Subject>>)
