package dev.arda.daemon.operation;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One entry of a journal file. On disk it has a head of {@value #HEAD_BYTES} bytes (a mark, the
 * length of the payload, a number, and a checksum of all but the mark) and the payload. The mark
 * lets a reader find the next entry after a damaged one.
 *
 * @param number says what it is about, so that a reader can pass over it unread
 * @param payload what it holds; not to be changed
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Frame(long number, byte[] payload) {

  static final int HEAD_BYTES = 20;

  /** The largest payload; more is a sign of damage. */
  static final int MAX_PAYLOAD = 64 * 1024 * 1024;

  static final int MARK = 0xF5A7DA01;

  /** As it lies in a file. */
  byte[] encode() {
    var bytes = ByteBuffer.allocate(HEAD_BYTES + payload.length);
    bytes.putInt(MARK).putInt(payload.length).putLong(number);
    bytes.putInt(checksum(payload.length, number, payload)).put(payload);
    return bytes.array();
  }

  static int checksum(int length, long number, byte[] payload) {
    var crc = new CRC32C();
    crc.update(ByteBuffer.allocate(12).putInt(length).putLong(number).flip());
    crc.update(payload);
    return (int) crc.getValue();
  }
}
