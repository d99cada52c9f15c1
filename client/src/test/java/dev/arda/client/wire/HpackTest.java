package dev.arda.client.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class HpackTest {

  @Test
  void decode_readsWhatNettyWrites() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      var expected = headers(random);
      var flat = new ArrayList<String>();
      expected.forEach(header -> flat.addAll(List.of(header.name(), header.value())));

      var block = ByteBuffer.wrap(Peer.block(flat.toArray(String[]::new)));

      assertThat(new Hpack().decode(block))
          .as("seed %d, round %d", seed, round)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @Test
  void decode_readsWhatEncodeWrites() throws Exception {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int round = 0; round < 500; round++) {
      var expected = headers(random);

      assertThat(new Hpack().decode(ByteBuffer.wrap(Hpack.encode(expected))))
          .as("seed %d, round %d", seed, round)
          .isEqualTo(expected);
    }
  }

  @Test
  void decode_knowsTheTableThatEverybodyHas() throws Exception {
    assertThat(
            new Hpack().decode(ByteBuffer.wrap(new byte[] {(byte) 0x81, (byte) 0x88, (byte) 0xbd})))
        .containsExactly(
            new Header(":authority", ""),
            new Header(":status", "200"),
            new Header("www-authenticate", ""));
  }

  /** Of lengths around the borders of what fits into one byte or two, with bytes of all kinds. */
  private static List<Header> headers(Random random) {
    var lengths = new int[] {1, 2, 10, 126, 127, 128, 254, 255, 256, 3000};
    var headers = new ArrayList<Header>();
    for (int i = random.nextInt(6); i >= 0; i--) {
      var name = new StringBuilder("x");
      random.ints(lengths[random.nextInt(3)], 'a', 'z' + 1).forEach(c -> name.append((char) c));
      var value = new StringBuilder();
      random
          .ints(lengths[random.nextInt(lengths.length)], 0, random.nextBoolean() ? 256 : 127)
          .forEach(c -> value.append((char) c));
      headers.add(new Header(name.toString(), value.toString()));
    }
    return headers;
  }
}
