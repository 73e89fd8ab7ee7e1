/** An address may have so many times what it leaves free. */
const MOST = 8

/**
 * What an address must leave free to others: the more it has, the more. So a few addresses that take all that they get end before
 * the store is full, and thousands are needed to keep out one that has nothing yet. After the dynamic thresholds of Choudhury
 * and Hahne (IEEE/ACM Transactions on Networking 6(2), 1998), by which packet switches share their buffers.
 */
export function toLeave(used: number): number {
  return Math.floor(used / MOST)
}
