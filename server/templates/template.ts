/** A test event of a provider: what one of its webhooks looks like before it is signed. */

export interface Template {
  readonly id: string
  readonly name: string
  /** Where the provider shows these payloads. */
  readonly source: string
  readonly events: readonly TemplateEvent[]
}

export interface TemplateEvent {
  readonly type: string
  readonly contentType: string
  readonly userAgent?: string
  /** The bytes to send. `now` (Unix milliseconds) is there for payloads that tell their time; fixed ones ignore it. */
  readonly body: (now: number) => Buffer
}
