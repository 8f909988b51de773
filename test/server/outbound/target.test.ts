import type { LookupAddress } from 'node:dns'
import { networkInterfaces } from 'node:os'
import { describe, expect, test } from 'vitest'
import { AppError } from '../../../shared/errors.ts'
import { judgeAddress } from '../../../server/outbound/addresses.ts'
import { send } from '../../../server/outbound/send.ts'
import {
  checkTarget,
  hostOf,
  onlyTarget,
  parseAllowedTarget,
  portOf,
  type TargetPolicy,
  vettedLookup,
} from '../../../server/outbound/target.ts'
import { rawTarget } from '../../support/raw-target.ts'

const OWN = [
  { address: '127.0.0.1', port: 4665 },
  { address: '127.0.0.1', port: 4666 },
]
const LOCAL: TargetPolicy = { local: true, allowed: [], ownPorts: OWN }
const TEAM: TargetPolicy = { local: false, allowed: [], ownPorts: [{ address: '0.0.0.0', port: 4665 }] }

const resolving =
  (...addresses: string[]) =>
  async (): Promise<LookupAddress[]> =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

/** What a target comes to: the addresses that would be connected, or the code of the refusal. */
async function led(url: string, policy: TargetPolicy): Promise<string> {
  try {
    const checked = checkTarget(url, policy)
    if (/^[\d.]+$|:/.test(hostOf(checked))) return 'allowed'
    const lookup = vettedLookup(policy, portOf(checked))
    const found = await new Promise<LookupAddress[]>((resolve, reject) =>
      lookup(hostOf(checked), { all: true }, (error, addresses) => {
        if (error === null)
          resolve(addresses as LookupAddress[]) // with `all`, always a list
        else reject(error)
      }),
    )
    return found.map(({ address }) => address).join(' ')
  } catch (error) {
    if (error instanceof AppError) return error.code
    throw error
  }
}

const F = 'forbidden_target'
const I = 'invalid_input'
const A = 'allowed'

/** [target, on an inspector for this machine only, on one that others can reach] */
const LITERALS: [url: string, local: string, team: string][] = [
  // Loopback and private, in every spelling that a URL parser folds into them.
  ['http://127.0.0.1:3000/', A, F],
  ['http://127.9.8.7:3000/', A, F],
  ['http://127.1:3000/', A, F],
  ['http://2130706433:3000/', A, F],
  ['http://017700000001:3000/', A, F],
  ['http://0x7f000001:3000/', A, F],
  ['http://0x7f.0.0.1:3000/', A, F],
  ['http://127.0.0.1.:3000/', A, F],
  ['http://127。0。0。1:3000/', A, F],
  ['http://127.0.0.1:3000/', A, F],
  ['http://[::1]:3000/', A, F],
  ['http://[0:0:0:0:0:0:0:1]:3000/', A, F],
  ['http://[::ffff:127.0.0.1]:3000/', A, F],
  ['http://[::ffff:7f00:1]:3000/', A, F],
  ['http://10.0.0.1/', A, F],
  ['http://172.16.0.1/', A, F],
  ['http://172.31.255.255/', A, F],
  ['http://192.168.1.10:8080/', A, F],
  ['http://100.64.0.1/', A, F],
  ['http://198.18.0.7/', A, F],
  ['http://[fc00::1]/', A, F],
  ['http://[fd12:3456::1]/', A, F],
  ['http://[::ffff:10.0.0.1]/', A, F],
  ['http://[64:ff9b:1::a00:1]/', A, F],
  // Public.
  ['https://8.8.8.8/', A, A],
  ['https://172.32.0.1/', A, A],
  ['https://172.15.0.1/', A, A],
  ['https://100.63.255.255/', A, A],
  ['https://100.128.0.1/', A, A],
  ['https://[2606:4700::1111]/', A, A],
  ['https://[64:ff9b::8.8.8.8]/', A, A],
  ['https://[2002:808:808::1]/', A, A],
  // Never without being named: metadata, link-local, reserved, documentation.
  ['http://169.254.169.254/latest/meta-data/', F, F],
  ['http://2852039166/', F, F],
  ['http://0xa9fea9fe/', F, F],
  ['http://0251.0376.0251.0376/', F, F],
  ['http://169.254.1.1/', F, F],
  ['http://[::ffff:169.254.169.254]/', F, F],
  ['http://[::ffff:a9fe:a9fe]/', F, F],
  ['http://[fd00:ec2::254]/', F, F],
  ['http://[fd20:ce::254]/', F, F],
  ['http://100.100.100.200/', F, F],
  ['http://168.63.129.16/', F, F],
  ['http://192.0.0.192/', F, F],
  ['http://[fe80::1]/', F, F],
  ['http://[febf::1]/', F, F],
  ['http://[fec0::1]/', F, F],
  ['http://240.0.0.1/', F, F],
  ['http://192.0.2.1/', F, F],
  ['http://198.51.100.7/', F, F],
  ['http://203.0.113.9/', F, F],
  ['http://[2001:db8::1]/', F, F],
  ['http://[3fff::1]/', F, F],
  ['http://[100::1]/', F, F],
  ['http://[5f00::1]/', F, F],
  ['http://metadata.google.internal/', F, F],
  ['http://METADATA.google.internal./computeMetadata/v1/', F, F],
  ['http://metadata.goog/', F, F],
  // Never at all.
  ['http://0.0.0.0:3000/', F, F],
  ['http://0:3000/', F, F],
  ['http://0.1.2.3/', F, F],
  ['http://[::]:3000/', F, F],
  ['http://224.0.0.1/', F, F],
  ['http://239.255.255.250:1900/', F, F],
  ['http://255.255.255.255/', F, F],
  ['http://[ff02::1]/', F, F],
  // IPv4 addresses that an IPv6 address carries.
  ['http://[::127.0.0.1]:3000/', F, F],
  ['http://[::169.254.169.254]/', F, F],
  ['http://[64:ff9b::7f00:1]/', F, F],
  ['http://[64:ff9b::a9fe:a9fe]/', F, F],
  ['http://[64:ff9b::10.0.0.1]/', A, F],
  ['http://[64:ff9b:1::169.254.169.254]/', F, F],
  ['http://[64:ff9b:1:a9fe:a9:fe00::]/', F, F],
  ['http://[2002:7f00:1::]/', F, F],
  ['http://[2002:a9fe:a9fe::]/', F, F],
  ['http://[2002:a00:1::]/', A, F],
  ['http://[2001:0:808:808:0:0:80ff:fffe]/', F, F], // a Teredo client at 127.0.0.1
  ['http://[2001:0:808:808:0:0:5601:5601]/', F, F], // a Teredo client at 169.254.169.254
  ['http://[2001:0:808:808:0:0:f7f7:f7f7]/', A, A], // a Teredo client at 8.8.8.8
  // Our own listeners, by every road to the loopback.
  ['http://127.0.0.1:4665/', F, F],
  ['http://127.0.0.1:4666/api/endpoints', F, F],
  ['http://127.0.0.2:4665/', F, F],
  ['http://127.1:4666/', F, F],
  ['http://2130706433:4666/', F, F],
  ['http://[::1]:4666/', F, F],
  ['http://[::ffff:127.0.0.1]:4666/', F, F],
  ['http://localhost:4666/', F, F],
  ['http://LOCALHOST.:4666/', F, F],
  ['http://shop.localhost:4666/', F, F],
  ['http://0.0.0.0:4666/', F, F],
  // Tricks with the authority.
  ['http://user:secret@localhost:3000/', I, I],
  ['http://8.8.8.8@127.0.0.1:4666/', I, I],
  ['http://127.0.0.1:4666\\@8.8.8.8/', F, F],
  ['http://8.8.8.8#@127.0.0.1:4666/', A, A],
  ['http://127.0.0.1:4666#@8.8.8.8/', F, F],
  ['http://[fe80::1%25eth0]/', I, I],
  ['http://[fe80::1%eth0]/', I, I],
  ['http://127.0.0.1:99999/', I, I],
  ['http://256.256.256.256/', I, I],
  ['http://1.2.3.4.5/', I, I],
  // Not http at all.
  ['file:///etc/passwd', I, I],
  ['ftp://127.0.0.1/', I, I],
  ['gopher://127.0.0.1:70/', I, I],
  ['javascript:alert(1)', I, I],
  ['unix:/var/run/docker.sock', I, I],
  ['localhost:3000', I, I],
  ['//localhost:3000/', I, I],
  ['http://', I, I],
  ['', I, I],
]

describe('a literal target', () => {
  test.each(LITERALS)(
    '%s: %s on this machine only, %s where others can reach the inspector',
    async (url, local, team) => {
      expect([await led(url, LOCAL), await led(url, TEAM)]).toEqual([local, team])
    },
  )

  test('there are at least 60 of them', () => expect(LITERALS.length).toBeGreaterThanOrEqual(60))
})

describe('a name', () => {
  const NAMES: [answers: string[], local: string, team: string][] = [
    [['93.184.215.14'], '93.184.215.14', '93.184.215.14'],
    [['127.0.0.1'], '127.0.0.1', F],
    [['10.1.2.3'], '10.1.2.3', F],
    [['169.254.169.254'], F, F],
    [['100.100.100.200'], F, F],
    [['fd00:ec2::254'], F, F],
    [['fe80::1%eth0'], F, F],
    [['0.0.0.0'], F, F],
    [['::'], F, F],
    [['::ffff:169.254.169.254'], F, F],
    [['64:ff9b::a9fe:a9fe'], F, F],
    [['224.0.0.1', '169.254.1.1'], F, F],
    [['169.254.169.254', '93.184.215.14'], '93.184.215.14', '93.184.215.14'],
    [['10.0.0.1', '93.184.215.14'], '10.0.0.1 93.184.215.14', '93.184.215.14'],
    [['nonsense'], F, F],
  ]
  test.each(NAMES)('that resolves to %j leads to %s here and to %s there', async (answers, local, team) => {
    const resolve = resolving(...answers)
    expect([
      await led('http://a.test:3000/', { ...LOCAL, resolve }),
      await led('http://a.test:3000/', { ...TEAM, resolve }),
    ]).toEqual([local, team])
  })

  test('that resolves to our own listener is refused on its port and on no other', async () => {
    const policy = { ...LOCAL, resolve: resolving('127.0.0.1') }
    expect(await led('http://127.0.0.1.nip.test:4666/', policy)).toBe(F)
    expect(await led('http://127.0.0.1.nip.test:4667/', policy)).toBe('127.0.0.1')
  })

  test('localhost is the loopback without asking a resolver', async () => {
    const policy = { ...LOCAL, resolve: resolving('93.184.215.14') }
    expect(await led('http://localhost:3000/', policy)).toBe('127.0.0.1 ::1')
    expect(await led('http://Shop.LOCALHOST.:3000/', policy)).toBe('127.0.0.1 ::1')
    expect(await led('http://notlocalhost:3000/', policy)).toBe('93.184.215.14')
  })

  test('that resolves to something harmless first and to something denied afterwards is refused when it is connected', async () => {
    await using target = await rawTarget()
    let asked = 0
    const resolve = async () => [{ address: asked++ === 0 ? '93.184.215.14' : '127.0.0.1', family: 4 }]
    const policy: TargetPolicy = { local: false, allowed: [], ownPorts: [], resolve }
    expect(await led(`http://flip.test:${target.port}/`, policy)).toBe('93.184.215.14')
    const url = new URL(`http://flip.test:${target.port}/`)
    const sent = send(
      { url, method: 'GET', target: '/', headers: [['Host', 'flip.test']], body: Buffer.alloc(0) },
      policy,
    )
    await expect(sent).rejects.toMatchObject({
      code: 'forbidden_target',
      message: 'flip.test (127.0.0.1) is a loopback address, and this inspector can be reached from other machines.',
    })
    expect(asked).toBe(2)
    expect(target.received).toEqual([])
  })
})

test('a listener on all addresses is refused by the address of each interface, one on the loopback is not', () => {
  const own = Object.values(networkInterfaces()).flatMap((all) => all ?? [])
  const outer = own.filter(({ internal, family }) => !internal && family === 'IPv4').map(({ address }) => address)
  // The machine's address may be special in other ways; here it only matters whether it counts as our own listener.
  const isOwn = (address: string, bound: string) => {
    try {
      checkTarget(`http://${address}:4665/`, { local: true, allowed: [], ownPorts: [{ address: bound, port: 4665 }] })
      return false
    } catch (error) {
      return String(error).includes('is Hookwell itself')
    }
  }
  for (const address of ['127.0.0.1', ...outer]) {
    expect([address, isOwn(address, '::'), isOwn(address, '0.0.0.0')]).toEqual([address, true, true])
  }
  for (const address of outer) {
    expect([address, isOwn(address, '127.0.0.1'), isOwn(address, address)]).toEqual([address, false, true])
  }
})

describe('--allow-target', () => {
  /** [entries, target, what a name resolves to, result on an inspector that others can reach] */
  const OPENED: [entries: string[], url: string, answer: string, result: string][] = [
    [['10.0.0.0/8'], 'http://10.1.2.3:8080/', '', A],
    [['10.0.0.0/8:8080'], 'http://10.1.2.3:8080/', '', A],
    [['10.0.0.0/8:8080'], 'http://10.1.2.3:8081/', '', F],
    [['10.0.0.0/8'], 'http://11.0.0.1:1/', '', A],
    [['10.0.0.0/9'], 'http://10.128.0.1/', '', F],
    [['127.0.0.1:3000'], 'http://127.1:3000/', '', A],
    [['127.0.0.1:3000'], 'http://127.0.0.1:3001/', '', F],
    [['[::1]:3000'], 'http://[::1]:3000/', '', A],
    [['fd00::/8'], 'http://[fd00::1]/', '', A],
    [['[fd00::/8]:80'], 'http://[fd00::1]/', '', A],
    [['fd00::/8'], 'http://[fc00::1]/', '', F],
    [['app.internal'], 'http://app.internal:9/', '10.0.0.9', '10.0.0.9'],
    [['App.Internal.:9'], 'http://app.internal.:9/', '10.0.0.9', '10.0.0.9'],
    [['app.internal:9'], 'http://app.internal:10/', '10.0.0.9', F],
    [['app.internal'], 'http://sub.app.internal/', '10.0.0.9', F],
    [['app.internal'], 'http://10.0.0.9/', '', F],
    [['10.0.0.0/8'], 'http://app.internal/', '10.0.0.9', '10.0.0.9'],
    [['localhost:3000'], 'http://localhost:3000/', '', '127.0.0.1 ::1'],
    // What is denied everywhere opens only by its own address.
    [['app.internal'], 'http://app.internal/', '169.254.169.254', F],
    [['169.254.0.0/16'], 'http://169.254.169.254/', '', F],
    [['0.0.0.0/0'], 'http://169.254.169.254/', '', F],
    [['169.254.169.254'], 'http://169.254.169.254/', '', A],
    [['169.254.169.254:80'], 'http://app.internal/', '169.254.169.254', '169.254.169.254'],
    [['fe80::1'], 'http://[fe80::1]/', '', A],
    [['metadata.google.internal'], 'http://metadata.google.internal/', '169.254.169.254', F],
    [
      ['metadata.google.internal', '169.254.169.254'],
      'http://metadata.google.internal/',
      '169.254.169.254',
      '169.254.169.254',
    ],
    // Some places open by nothing.
    [['0.0.0.0'], 'http://0.0.0.0:3000/', '', F],
    [['224.0.0.1'], 'http://224.0.0.1/', '', F],
    [['127.0.0.1:4665'], 'http://127.0.0.1:4665/', '', F],
    [['localhost'], 'http://localhost:4665/', '', F],
  ]
  test.each(OPENED)('%j and then %s (%s): %s', async (entries, url, answer, result) => {
    const policy = { ...TEAM, allowed: entries.map(parseAllowedTarget), resolve: resolving(answer) }
    expect(await led(url, policy)).toBe(result)
  })

  test.each([
    '',
    ':80',
    'a b',
    'http://a/',
    '10.0.0.0/33',
    '10.0.0.0/',
    '10.0.0/8',
    '256.1.1.1',
    '[::1',
    '[app]:80',
    'a:0',
    'a:65536',
    'a:x',
    '*.test',
    'fe80::1%eth0',
    'a/8',
  ])('%j is refused with a sentence', (text) => {
    expect(() => parseAllowedTarget(text)).toThrow(/is not a target that can be allowed/)
  })
})

test('a refusal says what is wrong and how to allow it', () => {
  const refused = (url: string, policy = TEAM) => {
    try {
      checkTarget(url, policy)
    } catch (error) {
      return error instanceof AppError ? [error.message, error.hint] : error
    }
  }
  expect(refused('http://10.0.0.5:3000/')).toEqual([
    '10.0.0.5 is a private address, and this inspector can be reached from other machines.',
    'Start Hookwell with --allow-target 10.0.0.5:3000 if it is meant to be reached.',
  ])
  expect(refused('http://[fd00:ec2::254]/', LOCAL)).toEqual([
    'fd00:ec2::254 is a cloud metadata address.',
    'Start Hookwell with --allow-target [fd00:ec2::254]:80 if it is meant to be reached.',
  ])
  expect(refused('http://127.0.0.1:4666/', LOCAL)).toEqual([
    '127.0.0.1 on port 4666 is Hookwell itself.',
    'Give the address of the app you are building.',
  ])
  expect(refused('http://0.0.0.0:3000/', LOCAL)).toEqual([
    '0.0.0.0 is the unspecified address. Hookwell never sends there.',
    undefined,
  ])
})

test('a policy for one target of our own opens that one and nothing else that is not public', async () => {
  const policy = onlyTarget(new URL('http://127.0.0.1:4665'))
  expect(await led('http://127.0.0.1:4665/', policy)).toBe(A)
  expect(await led('http://127.0.0.1:4666/', policy)).toBe(F)
  expect(await led('http://10.0.0.1:4665/', policy)).toBe(F)
  expect(await led('http://[::1]:4665/', onlyTarget(new URL('http://[::1]:4665')))).toBe(A)
})

test('every row of the table of addresses is judged where it begins and where it ends', () => {
  const EDGES: [string, string][] = [
    ['126.255.255.255', 'public'],
    ['127.0.0.0', 'loopback'],
    ['127.255.255.255', 'loopback'],
    ['128.0.0.0', 'public'],
    ['169.253.255.255', 'public'],
    ['169.254.0.0', 'named'],
    ['169.254.255.255', 'named'],
    ['169.255.0.0', 'public'],
    ['223.255.255.255', 'public'],
    ['224.0.0.0', 'never'],
    ['239.255.255.255', 'never'],
    ['240.0.0.0', 'named'],
    ['255.255.255.254', 'named'],
    ['fbff::', 'named'],
    ['fc00::', 'private'],
    ['fdff:ffff::', 'private'],
    ['fe00::', 'named'],
    ['2001:1ff::', 'named'],
    ['2001:200::', 'public'],
    ['3ffe::', 'public'],
    ['4000::', 'named'],
    ['::2', 'never'],
  ]
  expect(EDGES.map(([address]) => [address, judgeAddress(address).reach])).toEqual(EDGES)
})
