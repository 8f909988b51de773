/** Every number of the product that is not a setting, with its unit and its reason. */

/** Bodies up to this size, in bytes, are parsed as JSON (event type, event id); larger ones would block the loop for too long. */
export const PARSED_BODY_BYTES = 1024 * 1024

/** JSON nested deeper than this is not parsed: walking it is how a small body exhausts the stack. */
export const PARSED_BODY_DEPTH = 200

/**
 * Objects, lists and members of JSON that is parsed. 25 MB of nothing but brackets would take a gigabyte, and a thread that runs out of
 * memory inside the parser takes the whole process with it; so many take at most about 200 MB and two seconds.
 */
export const PARSED_BODY_VALUES = 2_000_000

/** Bytes kept of a request that never became a capture: enough to recognise it by its head. */
export const REJECTED_HEAD_BYTES = 4096

/** Rejections kept. They explain "my webhook never arrives"; a flood of them must not grow the file. */
export const REJECTIONS_KEPT = 500

/** Bytes of a target's response body kept with a delivery. */
export const RESPONSE_BODY_BYTES = 1024 * 1024

/** Bytes of each response body in a list of deliveries; one delivery alone has all that is kept. */
export const LISTED_BODY_BYTES = 64 * 1024

/** Bytes of the body of an answer that a user may set. */
export const ANSWER_BODY_BYTES = 1024 * 1024

/** Characters of a note, a name and a tag, and tags per capture: room for people, none for floods. */
export const NOTE_CHARACTERS = 10_000
export const NAME_CHARACTERS = 200
export const TAG_CHARACTERS = 64
export const TAGS_PER_CAPTURE = 32

/** Largest and usual page of a list. */
export const PAGE_MAX = 500
export const PAGE_DEFAULT = 50

/** Milliseconds between two pushes to the same watcher under load. Quiet times push at once. */
export const FEED_TICK_MS = 50

/** Bytes that may wait for a watcher who does not read; beyond, the socket is cut and resumes by its cursor. */
export const FEED_BUFFER_BYTES = 1024 * 1024

/** Milliseconds between two pings of the feed: shorter than the idle limits of common proxies. */
export const FEED_PING_MS = 20_000

/** Events of the log, other than captures, kept for followers that were away. */
export const EVENTS_KEPT = 10_000

/** Milliseconds allowed for a target to accept the connection, to begin its response, and for all of it. */
export const CONNECT_TIMEOUT_MS = 5_000
export const FIRST_BYTE_TIMEOUT_MS = 10_000
export const TOTAL_TIMEOUT_MS = 30_000

/** Bytes shown of what is signed: more cannot be read by people, and a body may be 25 MB. */
export const SIGNED_SHOWN_BYTES = 256 * 1024

/** Bytes of each of two bodies shown where they differ. */
export const DIFFERENCE_BYTES = 1024

/** Bodies up to this size, in bytes, are tried in every variant when a signature does not fit; of larger ones only what costs little. */
export const DIAGNOSED_BODY_BYTES = 1024 * 1024
