/** What each way in which a body changes is called, why it happens, and what mends it. */
import type { BodyVariant } from './body-variants.ts'
import type { Said } from './causes.ts'

const BODY_CAUSES: Record<BodyVariant['cause'], { title: string; why: string; remedy: string }> = {
  body_reserialised: {
    title: 'The JSON was written anew',
    why: 'Something read the body as JSON and wrote it again, with other spaces or another order.',
    remedy:
      'Sign and check the body exactly as it is sent. In an app, keep the raw bytes before a middleware such as express.json() parses them.',
  },
  body_escaped: {
    title: 'Characters in the JSON are written differently',
    why: 'Something read the body as JSON and wrote letters or slashes in another way, which means the same but is not the same text.',
    remedy: 'Sign and check the body exactly as it is sent, and never a text that was made from the parsed JSON.',
  },
  body_line_ends: {
    title: 'Line breaks or spaces at the edges differ',
    why: 'Something added or removed characters that cannot be seen.',
    remedy: 'Let nothing trim the body or change its line breaks, neither at the sender nor on the way.',
  },
  body_form: {
    title: 'Form and JSON were mixed up',
    why: 'One side took the form, and the other took what is inside it.',
    remedy:
      'Choose the same content type at the provider and here, and sign the form or its content on both sides alike.',
  },
  body_double_encoded: {
    title: 'The body was encoded as JSON twice',
    why: 'A text that is JSON already was turned into JSON once more.',
    remedy:
      'Take out one of the two encodings, at the sender or on the way: text that is JSON already is sent as it is.',
  },
  body_compressed: {
    title: 'The body was packed or unpacked after signing',
    why: 'One side signed the compressed bytes and the other the text in them.',
    remedy: 'Sign and check at the same stage: either before the body is compressed or after it.',
  },
  body_charset: {
    title: 'The letters of the body were encoded differently',
    why: 'Something took the bytes for text in the wrong encoding and wrote them again.',
    remedy: 'Treat the body as bytes until the signature is checked, and do not turn it into text before.',
  },
  body_part: {
    title: 'Only a part of the body was signed',
    why: 'The sender left out the rest.',
    remedy: 'Sign the whole body at the sender: the rest is not protected, and anybody could have added or changed it.',
  },
  body_empty: {
    title: 'An empty body was signed',
    why: 'The sender signed before there was a body, or its framework had already read it away.',
    remedy: 'Let the sender sign the bytes that it sends; a body that was read once must be kept for signing.',
  },
}

export function bodyCause({ cause, as }: BodyVariant): Said {
  const { title, why, remedy } = BODY_CAUSES[cause]
  return { id: cause, title, detail: `The signature fits ${as}, not the body that arrived. ${why}`, remedy }
}
