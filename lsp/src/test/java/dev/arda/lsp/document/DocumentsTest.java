package dev.arda.lsp.document;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.document.Documents.Change;
import dev.arda.lsp.text.LineIndex;
import dev.arda.lsp.text.LineIndex.Encoding;
import dev.arda.lsp.text.LineIndex.Place;
import dev.arda.lsp.text.NixText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class DocumentsTest {

  private static final String URI = "file:///f/flake.nix";
  private static final String[] PARTS = {
    "é",
    "🐣",
    "👩\u200d🚒",
    "a\u0301",
    "中",
    "\n",
    "\n\n",
    "x",
    "\"",
    "''",
    "${",
    "{",
    "};",
    "self.",
    "# ",
    ""
  };

  private final long seed = new Random().nextLong();
  private final Random random = new Random(seed);

  /** The lines of an editor, without their ends. */
  private final List<String> model = new ArrayList<>();

  @Test
  void change_ofNothing_isAnotherVersionOfTheSame() {
    var documents = new Documents();
    documents.open(new Document(URI, 1, "{ }\n"));

    documents.change(URI, 2, List.of(), Encoding.UTF_16);

    assertThat(documents.find(URI).orElseThrow().version()).isEqualTo(2);
    assertThat(documents.find(URI).orElseThrow().text()).isEqualTo("{ }\n");
  }

  @ParameterizedTest
  @EnumSource(Encoding.class)
  void tenThousandEdits_ofAMegabyte_giveTheTextThatTheEditorHas(Encoding encoding) {
    while (model.size() < 20_000) {
      model.add(
          "  nixosConfigurations.web%05d = self.lib.host { name = \"é\"; };"
              .formatted(model.size()));
    }
    var documents = new Documents();
    documents.open(new Document(URI, 1, String.join("\n", model)));
    assertThat(documents.find(URI).orElseThrow().text().length()).isGreaterThan(1_000_000);
    for (int i = 2; i < 10_002; i++) {
      documents.change(URI, i, List.of(edit(encoding)), encoding);
      if (i % 500 == 0) {
        // As an editor that asks now and then: what is read next starts from what was read here.
        documents.find(URI).orElseThrow().nix();
      }
    }
    var expected = String.join("\n", model);
    var document = documents.find(URI).orElseThrow();
    assertThat(document.text().equals(expected)).as("seed %d", seed).isTrue();
    assertThat(document.nix().tokens().equals(NixText.of(expected).tokens()))
        .as("seed %d", seed)
        .isTrue();
    var lines = LineIndex.of(expected);
    for (int i = 0; i < expected.length(); i += 997) {
      assertThat(document.lines().place(i, encoding))
          .as("seed %d", seed)
          .isEqualTo(lines.place(i, encoding));
    }
  }

  /** Replaces something small in the model, anywhere, perhaps across lines. */
  private Change edit(Encoding encoding) {
    int first = random.nextInt(model.size());
    int last =
        Math.min(model.size() - 1, first + (random.nextInt(10) == 0 ? random.nextInt(3) : 0));
    int from = column(model.get(first));
    int to = last > first ? column(model.get(last)) : Math.max(from, column(model.get(last)));
    var change =
        new Change(
            Optional.of(new Place(first, units(model.get(first).substring(0, from), encoding))),
            Optional.of(new Place(last, units(model.get(last).substring(0, to), encoding))),
            PARTS[random.nextInt(PARTS.length)]);
    var left = model.get(first).substring(0, from) + change.text() + model.get(last).substring(to);
    var range = model.subList(first, last + 1);
    range.clear();
    range.addAll(List.of(left.split("\n", -1)));
    return change;
  }

  /** Some place between two characters. */
  private int column(String line) {
    return line.offsetByCodePoints(0, random.nextInt(line.codePointCount(0, line.length()) + 1));
  }

  private static int units(String text, Encoding encoding) {
    return switch (encoding) {
      case UTF_8 -> text.getBytes(StandardCharsets.UTF_8).length;
      case UTF_16 -> text.length();
      case UTF_32 -> text.codePointCount(0, text.length());
    };
  }
}
