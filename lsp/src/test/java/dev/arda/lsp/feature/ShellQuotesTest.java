package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.text.NixText;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is completed in the words of commands is what a shell gives to the program. */
class ShellQuotesTest {

  private static final List<String> NAMES =
      List.of(
          "plain",
          "mail.example.org",
          "it's",
          "'lead",
          "q\"uote",
          "$x",
          "${interp}",
          "a b",
          "*",
          "a$",
          "tail'",
          "''two",
          "a'${x}",
          "$'{",
          "back\\slash",
          "`tick`",
          "x''${y}");

  private final KnownFlake flake =
      new KnownFlake()
          .with("", "nixosConfigurations")
          .with("nixosConfigurations.", NAMES.toArray(String[]::new));

  /** The strings that a text becomes with each name that is offered in it. */
  private List<String> completed(String string) {
    var marked = "{ outputs = _: { x = " + string + "; }; }";
    int offset = marked.indexOf('¦');
    var text = marked.replace("¦", "");
    var result = new ArrayList<String>();
    var found = Completer.at(flake.scope(text), offset).orElseThrow();
    for (var item : found.items()) {
      var after = text.substring(0, found.start()) + item.text() + text.substring(found.end());
      if (NAMES.contains(item.name())) {
        var value = NixText.of(after).values();
        assertThat(value).as(after).hasSizeBetween(1, 2);
        var content = value.getFirst().content();
        assertThat(content.isClosed()).as(after).isTrue();
        assertThat(content.offsetOf(content.text().length())).as(after).isGreaterThan(offset - 1);
        assertThat(after).endsWith("; }; }");
        // An interpolation says a character that cannot be written otherwise.
        result.add(
            value.size() == 1
                ? content.text()
                : content.text().replace("\uFFFF", value.get(1).content().text()));
      }
    }
    assertThat(result).as(string).hasSize(NAMES.size());
    return result;
  }

  /** The words that a shell gives to a program. */
  private static List<String> words(String script, String program) throws Exception {
    var shell =
        new ProcessBuilder(
                "sh",
                "-c",
                program + "() { for w in \"$@\"; do printf '%s\\n' \"$w\"; done; }\n" + script)
            .redirectErrorStream(true)
            .start();
    var output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output.lines().toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''\n  arda host update ¦\n''",
        "''\n  arda host update '¦,x'\n''",
        "''\n  arda host update \"¦\"\n''",
        "\"arda host update ¦\"",
        "\"arda host update '¦'\"",
        "\"arda host update \\\"¦\\\"\""
      })
  void hosts(String string) throws Exception {
    var found = new ArrayList<String>();
    for (var script : completed(string)) {
      var host = words(script, "arda").getLast().replace(",x", "");
      // Names that choose hosts otherwise are in quotes: docs/hosts.md.
      found.add(host.startsWith("\"") ? host.substring(1, host.length() - 1) : host);
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(NAMES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''\n  arda eval nixosConfigurations.¦\n''",
        "''\n  arda eval 'nixosConfigurations.¦'\n''",
        "''\n  arda eval \"nixosConfigurations.¦\"\n''",
        "\"arda eval \\\"nixosConfigurations.¦\\\"\""
      })
  void selectors(String string) throws Exception {
    var found = new ArrayList<String>();
    for (var script : completed(string)) {
      found.add(Selectors.segments(words(script, "arda").getLast()).getLast().name());
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(NAMES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''\n  nixos-rebuild --flake .#¦\n''",
        "''\n  nixos-rebuild --flake '.#¦'\n''",
        "''\n  nixos-rebuild switch --flake \".#¦\"\n''"
      })
  void targets(String string) throws Exception {
    var found = new ArrayList<String>();
    for (var script : completed(string)) {
      found.add(words(script.replace("nixos-rebuild", "rebuild"), "rebuild").getLast());
    }
    assertThat(found)
        .containsExactlyInAnyOrderElementsOf(NAMES.stream().map(name -> ".#" + name).toList());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "''\n  nix eval '.#nixosConfigurations.¦.config.v'\n''",
        "''\n  nix eval \".#nixosConfigurations.¦.config.v\"\n''",
        "''\n  nix eval .#nixosConfigurations.¦.config.v\n''",
        "\"nix eval '.#nixosConfigurations.¦'\""
      })
  void installables(String string) throws Exception {
    var found = new ArrayList<String>();
    for (var script : completed(string)) {
      var path = words(script, "nix").getLast().replace(".config.v", "");
      found.add(Selectors.segments(path.substring(2)).getLast().name());
    }
    assertThat(found).containsExactlyInAnyOrderElementsOf(NAMES);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "arda eval nixosConfigurations.¦ | 'arda eval nixosConfigurations.plain",
        "arda eval nixosConfigurations.¦ | 'arda eval nixosConfigurations.'\"mail.example.org\"'",
        ".#nixosConfigurations.¦ | '.#nixosConfigurations.\"mail.example.org\"",
      },
      quoteCharacter = '~')
  void quotesAreWrittenOnlyWhereTheyAreNeeded(String string, String expected) {
    assertThat(completed("''" + string + "''")).contains(expected.substring(1));
  }
}
