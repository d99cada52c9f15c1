package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Editors show an item if what it is compared by has the characters that stand between the
 * beginning of its range and the cursor, in their order.
 */
class FilterTextTest {

  private final KnownFlake flake =
      new KnownFlake()
          .with("", "nixosConfigurations")
          .with("nixosConfigurations.", "web01", "mail.example.org", "$x", "a{b", "it''s");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\0',
      value = {
        "self.nixosConfigurations.we¦ | web01 | web01",
        "self.nixosConfigurations.\"we¦\" | web01 | \"web01\"",
        "self.nixosConfigurations.mail¦ | mail.example.org | \"mail.example.org\"",
        "self.nixosConfigurations.${''we¦''} | web01 | ''web01",
        "self.nixosConfigurations.${''wb1¦''} | web01 | ''wb1web01",
        "\"nixosConfigurations.we¦\" | web01 | web01",
        "\"nixosConfigurations.mail\\\\.¦\" | mail.example.org | mail\\\\.example.org",
        "\"nixosConfigurations.a\\\\{¦\" | a{b | a\\\\{b",
        "''nixosConfigurations.''$¦'' | $x | ''$x",
        "''nixosConfigurations.\"it'''¦'' | it''s | \"it'''s\"",
      })
  void filterText_hasWhatIsTyped(String string, String name, String filter) {
    var marked = "{ outputs = { self }: { x = " + string + "; }; }";
    int cursor = marked.indexOf('¦');
    var text = marked.replace("¦", "");
    var found = Completer.at(flake.scope(text), cursor).orElseThrow();
    var typed = text.substring(found.start(), cursor);
    assertThat(found.items())
        .allMatch(item -> Fuzzy.matches(typed, item.filter()))
        .anySatisfy(item -> {
          assertThat(item.name()).isEqualTo(name);
          assertThat(item.filter()).isEqualTo(filter);
        });
  }
}
