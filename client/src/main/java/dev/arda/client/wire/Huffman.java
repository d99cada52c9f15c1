package dev.arda.client.wire;

import java.io.ByteArrayOutputStream;

/**
 * Reads strings in the code of RFC 7541, appendix B. That code is canonical: among codes of one
 * length, those of smaller bytes come first, and the first of a length follows from how many are
 * shorter. So the lengths alone, below, say all of it.
 */
final class Huffman {

  /**
   * Lengths of the codes of the bytes 0 to 255 and of the end, each as a letter; A stands for 5.
   */
  private static final String LENGTHS =
      "ISXXXXXXXTZXXZXXXXXXXXZXXXXXXXXXBFFHIBDGFFDGDBBBAAABBBBBBBCDKBHFIBCCCCCCCCCCCCCCCCCCCCCCDC"
          + "DIOIJBKABABABBBACCBBBABCBAABCCCCCKGJIXPRPPRRRSRSSSSSTSTTRSTSSSSQRSRSSTRQPRRSSQSRRTQRSSQQRQ"
          + "SRSSPRRRSRRSVVPORSRUVVVWWVTUOQVWWVWTQQVVXWWWPTPQRQQSRRUUTTVSVWVVWWWWWXWWWWWVZ";

  private static final int LONGEST = 30;
  private static final int END = 256;

  /** Symbols by the order of their codes. */
  private final short[] symbols = new short[END + 1];

  /** For each length: how many codes have it. */
  private final int[] counts = new int[LONGEST + 1];

  Huffman() {
    for (int i = 0; i <= END; i++) {
      counts[length(i)]++;
    }
    var next = new int[LONGEST + 2];
    for (int length = 1; length <= LONGEST; length++) {
      next[length + 1] = next[length] + counts[length];
    }
    for (int i = 0; i <= END; i++) {
      symbols[next[length(i)]++] = (short) i;
    }
  }

  private static int length(int symbol) {
    return LENGTHS.charAt(symbol) - 'A' + 5;
  }

  /**
   * Reads a string.
   *
   * @throws WireException if it is not in this code
   */
  byte[] decode(byte[] coded) throws WireException {
    var out = new ByteArrayOutputStream(coded.length * 2);
    int code = 0; // the bits since the last symbol
    int length = 0;
    int first = 0; // the first code of that length
    int index = 0; // and where its symbol is
    for (byte b : coded) {
      for (int bit = 7; bit >= 0; bit--) {
        code = (code << 1) | ((b >> bit) & 1);
        length++;
        if (length > LONGEST) {
          throw malformed();
        }
        if (code - first < counts[length]) {
          int symbol = symbols[index + code - first];
          if (symbol == END) {
            throw malformed();
          }
          out.write(symbol);
          code = length = first = index = 0;
        } else {
          index += counts[length];
          first = (first + counts[length]) << 1;
        }
      }
    }
    // What is left over is the beginning of the end: ones only, and less than a byte of them.
    if (length > 7 || code != (1 << length) - 1) {
      throw malformed();
    }
    return out.toByteArray();
  }

  private static WireException malformed() {
    return new WireException(WireException.COMPRESSION_ERROR, "a header in no valid Huffman code");
  }
}
