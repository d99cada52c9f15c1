package dev.arda.lsp.text;

import static dev.arda.lsp.text.LineIndex.Encoding.UTF_16;
import static dev.arda.lsp.text.LineIndex.Encoding.UTF_32;
import static dev.arda.lsp.text.LineIndex.Encoding.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.text.LineIndex.Encoding;
import dev.arda.lsp.text.LineIndex.Place;
import org.junit.jupiter.api.Test;

class LineIndexTest {

  private static final String TEXT = "aé😀x\r\nb\rc\n\nd";
  private final LineIndex lines = LineIndex.of(TEXT);

  @Test
  void columns_areCountedInTheEncoding() {
    int x = TEXT.indexOf('x');
    assertThat(lines.place(x, UTF_8)).isEqualTo(new Place(0, 7));
    assertThat(lines.place(x, UTF_16)).isEqualTo(new Place(0, 4));
    assertThat(lines.place(x, UTF_32)).isEqualTo(new Place(0, 3));
  }

  @Test
  void lines_endWithAnyLineEnd() {
    assertThat(lines.count()).isEqualTo(5);
    assertThat(lines.place(TEXT.indexOf('c'), UTF_16)).isEqualTo(new Place(2, 0));
    assertThat(lines.place(TEXT.indexOf('d'), UTF_16)).isEqualTo(new Place(4, 0));
  }

  @Test
  void everyOffset_comesBackFromItsPlace() {
    for (var encoding : Encoding.values()) {
      for (int i = 0; i <= TEXT.length(); i++) {
        boolean inside = i > 0 && i < TEXT.length() && Character.isLowSurrogate(TEXT.charAt(i));
        boolean lineEnd =
            i > 0 && i < TEXT.length() && TEXT.charAt(i) == '\n' && TEXT.charAt(i - 1) == '\r';
        if (!inside && !lineEnd) {
          assertThat(lines.offset(lines.place(i, encoding), encoding)).isEqualTo(i);
        }
      }
    }
  }

  @Test
  void placesOutside_areTheNearestOnesInside() {
    assertThat(lines.offset(new Place(0, 99), UTF_16)).isEqualTo(5);
    assertThat(lines.offset(new Place(9, 0), UTF_16)).isEqualTo(TEXT.length());
    assertThat(lines.offset(new Place(-1, 3), UTF_16)).isZero();
    assertThat(lines.offset(new Place(0, 3), UTF_16)).isEqualTo(2);
    assertThat(lines.place(99, UTF_16)).isEqualTo(new Place(4, 1));
  }
}
