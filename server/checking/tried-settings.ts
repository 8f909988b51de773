/** What a capture is checked with where somebody tries other settings than its endpoint has: theirs over the endpoint's, refused where they cannot be meant. */
import type { DiagnoseInput } from '../../shared/diagnosis.ts'
import { AppError } from '../../shared/errors.ts'
import { usesPublicKey } from '../../shared/scheme-key.ts'
import { compile } from '../signatures/compile.ts'
import type { SettingsToTry } from '../signatures/diagnose.ts'
import { definitionOf } from '../signatures/endpoint-check.ts'
import { READS_ANEW, readsAnew } from '../signatures/kept-secret.ts'
import { unknownScheme } from '../signatures/verify-request.ts'
import type { EndpointRecord } from '../store/store.ts'

/**
 * Undefined where there is nothing to check with. A scheme that is tried without a secret is tried with the endpoint's.
 * @throws AppError `invalid_input` for a scheme that nobody knows, a custom one without its row, a key that cannot be read, and a row that
 * reads secrets in a way of its own, without a secret
 */
export function settingsToTry(signing: EndpointRecord['signing'], input: DiagnoseInput): SettingsToTry | undefined {
  const { secret, publicKey, extra, publicUrl } = input
  const scheme = input.scheme ?? (input.custom === undefined ? signing?.scheme : 'custom')
  if (signing === undefined && scheme === undefined && [secret, publicKey].every((each) => each === undefined))
    return undefined
  const custom = input.custom ?? signing?.custom
  if (scheme !== undefined) refuseUnusable(scheme, custom, publicKey)
  if (secret === undefined && (signing?.secrets.length ?? 0) > 0 && !maySeeKeptSecrets(signing, { scheme, custom }))
    throw new AppError('invalid_input', READS_ANEW, { issues: [{ path: 'secret', message: READS_ANEW }] })
  return {
    ...(scheme === undefined ? {} : { scheme }),
    ...(custom === undefined ? {} : { custom }),
    secrets: secret === undefined ? (signing?.secrets ?? []) : [{ id: 'given', value: secret }],
    publicKeys: publicKey === undefined ? signing?.publicKeys : [publicKey],
    extra: { ...signing?.extra, ...extra },
    publicUrl: publicUrl ?? signing?.publicUrl,
    // What may be fetched was allowed for the endpoint's own scheme.
    fetchKeys: scheme === signing?.scheme && signing?.fetchKeys,
  }
}

/** Whether a kept secret, of this endpoint or of another, may be tried with these settings. */
export function maySeeKeptSecrets(
  own: EndpointRecord['signing'],
  { scheme, custom }: Pick<SettingsToTry, 'scheme' | 'custom'>,
): boolean {
  const definition = scheme === undefined ? undefined : definitionOf({ scheme, custom })
  return definition === undefined || !readsAnew(own === undefined ? undefined : definitionOf(own), definition)
}

function refuseUnusable(scheme: string, custom: DiagnoseInput['custom'], publicKey: string | undefined): void {
  if (scheme === 'custom' && custom === undefined)
    throw new AppError('invalid_input', 'A custom scheme needs its row.', {
      issues: [{ path: 'custom', message: 'Missing.' }],
    })
  const definition = definitionOf({ scheme, custom })
  if (definition === undefined) throw unknownScheme(scheme, 'scheme')
  if (publicKey === undefined || !usesPublicKey(definition.row)) return
  const { keyFault } = compile(definition, { secrets: [], publicKeys: [publicKey] })
  if (keyFault !== undefined)
    throw new AppError('invalid_input', keyFault.says, { issues: [{ path: 'publicKey', message: keyFault.says }] })
}
