package dev.arda.lsp.protocol;

import dev.arda.lsp.document.Document;
import dev.arda.lsp.text.LineIndex;
import dev.arda.lsp.text.LineIndex.Encoding;
import dev.arda.lsp.text.LineIndex.Place;
import java.util.List;
import org.eclipse.lsp4j.Position;
import org.eclipse.lsp4j.PositionEncodingKind;
import org.eclipse.lsp4j.Range;

/** Places, between offsets and what an editor counts in. */
record Positions(Encoding encoding) {

  /**
   * How to count with an editor: in UTF-16 where it can, which is what other servers of the same
   * buffer do, else in the first that it offers.
   */
  static Positions negotiate(Introduction introduction) {
    var offered = introduction.encodings();
    if (offered.isEmpty() || offered.contains(PositionEncodingKind.UTF16)) {
      return new Positions(Encoding.UTF_16);
    }
    return new Positions(
        offered.stream().flatMap(kind -> known(kind).stream()).findFirst().orElse(Encoding.UTF_16));
  }

  private static List<Encoding> known(String kind) {
    return switch (kind) {
      case PositionEncodingKind.UTF8 -> List.of(Encoding.UTF_8);
      case PositionEncodingKind.UTF16 -> List.of(Encoding.UTF_16);
      case PositionEncodingKind.UTF32 -> List.of(Encoding.UTF_32);
      default -> List.of();
    };
  }

  /** Its name in the protocol. */
  String kind() {
    return switch (encoding) {
      case UTF_8 -> PositionEncodingKind.UTF8;
      case UTF_16 -> PositionEncodingKind.UTF16;
      case UTF_32 -> PositionEncodingKind.UTF32;
    };
  }

  int offset(Document document, Place place) {
    return document.lines().offset(place, encoding);
  }

  Range range(LineIndex lines, int start, int end) {
    return new Range(position(lines, start), position(lines, end));
  }

  Position position(LineIndex lines, int offset) {
    var place = lines.place(offset, encoding);
    return new Position(place.line(), place.column());
  }
}
