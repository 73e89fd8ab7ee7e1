import { openTopic, type TopicToOpen } from '../open-topic.ts'
import { PushRefusal, type PushRelay } from './push-relay.ts'

/**
 * Opens a topic while fewer than a share of all are there: mailboxes live for a year, and whoever fills the store with them must leave
 * room for pushes, and both for logins.
 *
 * @throws PushRefusal `TOO_MANY`, `CROWDED`
 */
export async function openPushTopic(
  push: PushRelay,
  share: 'mailboxShare' | 'pushShare',
  topic: Omit<TopicToOpen, 'maxTopics'>,
): Promise<'opened' | 'exists'> {
  const maxTopics = Math.ceil(push.limits.maxTopics * push.limits[share])
  const result = await openTopic(push, { ...topic, maxTopics })
  if (result === 'too-many') throw new PushRefusal('TOO_MANY', 60)
  if (result === 'crowded') throw new PushRefusal('CROWDED', 60)
  return result
}
