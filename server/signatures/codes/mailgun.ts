/** Mailgun signs a timestamp and a token that stand in the JSON body; its older webhooks and routes send the same three as a form. */
import type { SchemeCode } from '../definition.ts'
import { formOf } from '../form.ts'
import { jsonAt, textOf, toBinary } from '../request.ts'

export const mailgun: SchemeCode = {
  values: (request) => formOf(request)?.getAll('signature').map(toBinary) ?? [],
  contents: (request) => {
    const form = formOf(request)
    const [timestamp, token] = ['timestamp', 'token'].map((name) =>
      form === undefined ? textOf(jsonAt(request.json(), ['signature', name])) : textOf(form.get(name)),
    )
    if (timestamp !== undefined && token !== undefined) return [[timestamp + token]]
    return { id: 'part_missing', says: 'The body has no timestamp and token, which are what Mailgun signs.' }
  },
}
