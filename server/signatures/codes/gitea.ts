/**
 * Gitea, Forgejo and Gogs sign the JSON of the event however they send it: as the body, in the field `payload` of a form, or in the query
 * of a GET. GitHub, whose headers they copy, signs the form itself.
 */
import type { SchemeCode } from '../definition.ts'
import { formOf } from '../form.ts'
import { queryOf, toBinary } from '../request.ts'

export const gitea: SchemeCode = {
  contents: (request) => {
    const { method, target, body } = request
    const fields = method.toUpperCase() === 'GET' ? new URLSearchParams(queryOf(target)) : formOf(request)
    if (fields === undefined) return [[body]]
    const payload = fields.get('payload')
    if (payload !== null) return [[toBinary(payload)]]
    return body.length > 0 ? [[body]] : { id: 'part_missing', says: 'There is no `payload`, which is what is signed.' }
  },
}
