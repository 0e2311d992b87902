/** Fields of protobuf messages, without a schema. */
import protobuf from 'protobufjs/minimal.js';

/** One field of an encoded protobuf message, as a view into the message's bytes. */
export interface RawField {
  number: number;
  /** Tag and value as they stand in the message. */
  raw: Uint8Array;
  /** The value of a length-delimited field (message, string, bytes); undefined for other wire types. */
  body: Uint8Array | undefined;
}

const LENGTH_DELIMITED = 2;

/**
 * Walks the top-level fields of an encoded message without decoding them, so that a few can be replaced
 * and the megabytes beside them copied as they are.
 *
 * @throws RangeError or Error from protobufjs where the bytes are no protobuf message
 */
export function* fieldsOf(message: Uint8Array): Generator<RawField> {
  const reader = protobuf.Reader.create(message);
  while (reader.pos < reader.len) {
    const start = reader.pos;
    const tag = reader.uint32();
    let body: Uint8Array | undefined;
    if ((tag & 7) === LENGTH_DELIMITED) {
      const end = reader.uint32() + reader.pos;
      body = message.subarray(reader.pos, end);
      reader.skip(end - reader.pos);
    } else {
      reader.skipType(tag & 7);
    }
    yield { number: tag >>> 3, raw: message.subarray(start, reader.pos), body };
  }
}

/** The parts of a length-delimited field with the given number whose value is the given parts. */
export function delimited(number: number, body: readonly Uint8Array[]): Uint8Array[] {
  const length = body.reduce((sum, part) => sum + part.length, 0);
  const header = protobuf.Writer.create()
    .uint32((number << 3) | LENGTH_DELIMITED)
    .uint32(length)
    .finish();
  return [header, ...body];
}

/** The last value of a string field, as protobuf defines it for a field that is not repeated. */
export function textOf(message: Uint8Array, number: number): string | undefined {
  return textsOf(message, number).at(-1);
}

/** All values of a repeated string field, in order. */
export function textsOf(message: Uint8Array, number: number): string[] {
  const texts: string[] = [];
  for (const field of fieldsOf(message)) {
    if (field.number === number && field.body !== undefined) texts.push(Buffer.from(field.body).toString('utf8'));
  }
  return texts;
}
