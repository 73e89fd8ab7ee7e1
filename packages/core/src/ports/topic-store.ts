import type { Options } from './options.ts'

/** One message of a topic. */
export interface TopicMessage {
  /** Position in the topic: 1, 2, 3, ... in order of arrival. */
  readonly cursor: number
  /** The exact text that was posted. */
  readonly body: string
}

/** `full`: the store holds as many topics as it may. */
export type OpenTopicResult = 'opened' | 'exists' | 'full'

/** `full`: the topic holds as many messages as it may. `store-full`: the store holds as many bytes as it may. */
export type AppendResult =
  | { readonly outcome: 'stored' | 'duplicate'; readonly cursor: number }
  | { readonly outcome: 'full' | 'store-full' | 'unknown' }

/** A topic that is to be opened. */
export interface TopicToStore {
  /** Unix seconds. */
  readonly expiresAt: number
  /** Distinct messages. */
  readonly capacity: number
  /**
   * The store is full for this topic where as many are in it, those that have expired and are not swept yet among them. Keeps room for
   * others; bounds nothing beyond the store's own bound. A store that spreads its topics may count a part of them. Default: none.
   */
  readonly maxTopics?: number | undefined
  /** Of what the store may hold, and of `maxTopics`: so many places must stay free for others, or the store is full. Default 0. */
  readonly leaveTopics?: number | undefined
}

/** How a message is added. */
export interface AppendOptions extends Options {
  /** Of the bytes that the store may hold: so many must stay free for others, or the store is full. Default 0. */
  readonly leaveBytes?: number | undefined
}

/** How a topic is read. */
export interface ReadTopicOptions extends Options {
  /** As many messages as are needed. A store may give more; one that does not saves the reading. Default: all. */
  readonly maxMessages?: number | undefined
  /**
   * As many bytes of bodies (UTF-8) as are wanted; the first message is given whatever its length. A store may give more; one that does
   * not saves the reading. Default: all.
   */
  readonly maxBytes?: number | undefined
}

/**
 * What a message relay keeps: bounded inboxes under names of its choosing. Knows nothing of secrets or HTTP.
 * Every operation is atomic over all processes that share the store; a resolved promise means stored.
 */
export interface TopicStore {
  /**
   * Makes an empty topic that ends at `expiresAt` (Unix seconds). A live one of that name is left as it is.
   * An expired one counts as absent, here and below.
   */
  open(name: string, topic: TopicToStore, options?: Options): Promise<OpenTopicResult>
  /** Adds a message. An identical body is a duplicate and takes no room; the topic's capacity counts distinct bodies. */
  append(name: string, body: string, options?: AppendOptions): Promise<AppendResult>
  /** The messages after `cursor` (0: all), oldest first; undefined where there is no such topic. */
  read(name: string, cursor: number, options?: ReadTopicOptions): Promise<readonly TopicMessage[] | undefined>
  /** Removes the topic and its messages; true when there was one. */
  remove(name: string, options?: Options): Promise<boolean>
  /**
   * Removes the messages up to `cursor` and frees their room; cursors go on as if they were there. True where there is such
   * a topic. Push inboxes need it; without it a store keeps topics alone.
   */
  trim?(name: string, cursor: number, options?: Options): Promise<boolean>
  /** Removes what has expired; resolves with how many topics went. */
  sweep(options?: Options): Promise<number>
  close(): Promise<void>
}
