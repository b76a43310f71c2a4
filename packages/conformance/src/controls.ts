/**
 * The ways in which a harness controls its world, besides seeds, snapshots and counts of calls. A case lists the controls
 * that it needs. If the harness lacks one, the case is unproven, and the report counts it so.
 */
export const controls = {
  time: 'the cloud has the time of the clock that the suite gives',
  'given-key': 'the cloud generates the key that the suite gives',
  limits: 'the cloud refuses what is over its documented limits',
  thousands: 'thousands of key pairs or instances are seeded within seconds',
  'read-lag': 'reads show the world as it was some time ago',
  restart: 'an instance restarts, and its guest gets the bound key',
  starting: 'an instance is between stopped and running',
  unfit: 'an instance exists that cannot have a key pair at all',
  several: 'an instance has several key pairs',
  terminated: 'the record of a terminated instance is kept for a while, with its key pair',
  'other-user': 'an instance is of another user, whose key pairs are others',
  throttled: 'a call is refused for its rate, with a hint how long to wait',
  denied: 'a call is refused for good',
  echo: 'a refusal repeats the headers and the body of the request',
  expired: 'a call is refused as the session of the credentials has ended',
  'no-stock': 'a start is refused for lack of stock',
  full: 'a new key pair is refused as the quota is used up',
  busy: 'a call is refused as the cloud is still at something before it',
  'server-error': 'a call fails on the side of the cloud, done or not',
  reset: 'the connection is lost before the answer, the work done or not',
  silence: 'no answer comes, the work done or not',
  late: 'the work is done only after the client gave up',
  slow: 'the body of an answer takes its time',
  garbled: 'an answer cannot be understood',
  items: 'single items of a call are refused',
  omits: 'an answer leaves out the verdict on an item',
  foreign: 'an answer has a verdict on an item that nobody asked about',
  repeats: 'an answer says a verdict twice',
  contradicts: 'an answer says of an item that it was refused, and that it was accepted',
  'fails-late': 'accepted work is given up later, and records tell the reason',
  short: 'a page has fewer items than asked for, and says that more follow',
} as const

/** The name of a control. */
export type Control = keyof typeof controls
