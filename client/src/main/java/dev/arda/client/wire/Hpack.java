package dev.arda.client.wire;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Blocks of headers (RFC 7541), without a table of earlier ones: what is written refers to none,
 * and whoever sends to us was told that the table has no room.
 */
final class Hpack {

  /** What the headers of one block may come to, their names and all. */
  private static final int LARGEST = 256 * 1024;

  /** Appendix A: names and values by turns. */
  private static final String[] KNOWN =
      """
      :authority||:method|GET|:method|POST|:path|/|:path|/index.html|:scheme|http|:scheme|https|\
      :status|200|:status|204|:status|206|:status|304|:status|400|:status|404|:status|500|\
      accept-charset||accept-encoding|gzip, deflate|accept-language||accept-ranges||accept||\
      access-control-allow-origin||age||allow||authorization||cache-control||\
      content-disposition||content-encoding||content-language||content-length||\
      content-location||content-range||content-type||cookie||date||etag||expect||expires||from||\
      host||if-match||if-modified-since||if-none-match||if-range||if-unmodified-since||\
      last-modified||link||location||max-forwards||proxy-authenticate||proxy-authorization||\
      range||referer||refresh||retry-after||server||set-cookie||strict-transport-security||\
      transfer-encoding||user-agent||vary||via||www-authenticate||\
      """
          .split("\\|", -1);

  private final Huffman huffman = new Huffman();

  /** Writes headers; every one as it is. */
  static byte[] encode(List<Header> headers) {
    var out = new ByteArrayOutputStream(512);
    for (var header : headers) {
      out.write(0); // literal, not for any table, with a new name
      string(out, header.name());
      string(out, header.value());
    }
    return out.toByteArray();
  }

  private static void string(ByteArrayOutputStream out, String text) {
    var bytes = text.getBytes(StandardCharsets.ISO_8859_1);
    if (bytes.length < 127) {
      out.write(bytes.length);
    } else {
      out.write(127);
      int rest = bytes.length - 127;
      while (rest >= 128) {
        out.write((rest & 127) | 128);
        rest >>= 7;
      }
      out.write(rest);
    }
    out.writeBytes(bytes);
  }

  /**
   * Reads a whole block.
   *
   * @throws WireException if it is not one, or refers to earlier headers
   */
  List<Header> decode(ByteBuffer block) throws WireException {
    var headers = new ArrayList<Header>();
    int size = 0;
    while (block.hasRemaining()) {
      int first = block.get() & 0xff;
      if ((first & 0xe0) == 0x20) {
        if (integer(block, first, 5) != 0) {
          throw malformed("the table of headers grows");
        }
        continue;
      }
      Header header;
      if ((first & 0x80) != 0) {
        header = known(integer(block, first, 7));
      } else {
        int index = integer(block, first, (first & 0x40) != 0 ? 6 : 4);
        var name = index == 0 ? string(block) : known(index).name();
        header = new Header(name, string(block));
      }
      size += header.name().length() + header.value().length() + 32;
      if (size > LARGEST) {
        throw malformed("headers of more than %d bytes".formatted(LARGEST));
      }
      headers.add(header);
    }
    return headers;
  }

  private static Header known(int index) throws WireException {
    if (index < 1 || 2 * index >= KNOWN.length) {
      throw malformed("a header refers to an earlier one");
    }
    return new Header(KNOWN[2 * index - 2], KNOWN[2 * index - 1]);
  }

  private String string(ByteBuffer block) throws WireException {
    int first = next(block);
    int length = integer(block, first, 7);
    if (length > block.remaining()) {
      throw malformed("a header ends in its middle");
    }
    var bytes = new byte[length];
    block.get(bytes);
    return new String(
        (first & 0x80) != 0 ? huffman.decode(bytes) : bytes, StandardCharsets.ISO_8859_1);
  }

  /** An integer whose first bits are the last ones of a byte that was read (section 5.1). */
  private static int integer(ByteBuffer block, int first, int bits) throws WireException {
    int mask = (1 << bits) - 1;
    int value = first & mask;
    if (value < mask) {
      return value;
    }
    for (int shift = 0; shift <= 21; shift += 7) {
      int b = next(block);
      value += (b & 127) << shift;
      if (b < 128) {
        return value;
      }
    }
    throw malformed("a header of unlikely length");
  }

  private static int next(ByteBuffer block) throws WireException {
    if (!block.hasRemaining()) {
      throw malformed("a header ends in its middle");
    }
    return block.get() & 0xff;
  }

  private static WireException malformed(String what) {
    return new WireException(WireException.COMPRESSION_ERROR, what);
  }
}
