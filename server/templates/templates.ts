/** The table of test events, one file a provider. */
import { shoprocket } from './shoprocket.ts'
import type { Template, TemplateEvent } from './template.ts'

export const TEMPLATES: readonly Template[] = [shoprocket]

/** The named event of a template, or its first; undefined where the template has no such event. */
export function findEvent(templateId: string, type?: string): TemplateEvent | undefined {
  const template = TEMPLATES.find((each) => each.id === templateId)
  return type === undefined ? template?.events[0] : template?.events.find((event) => event.type === type)
}
