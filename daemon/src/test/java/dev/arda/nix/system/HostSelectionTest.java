package dev.arda.nix.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.types.Reason;
import dev.arda.nix.types.SystemException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostSelectionTest {

  private static final List<Host> FLEET =
      List.of(
          host("db01", HostKind.NIXOS, "database"),
          host("mac", HostKind.DARWIN, "office"),
          host("web", HostKind.UNKNOWN, "spare"),
          host("web01", HostKind.NIXOS, "web", "canary"),
          host("web02", HostKind.NIXOS, "web", "prod-eu"),
          host("a b", HostKind.NIXOS, "x|y"));

  private static Host host(String name, HostKind kind, String... tags) {
    return new Host(
        name,
        kind,
        List.of(),
        "",
        List.of(tags),
        "",
        "",
        "",
        List.of(),
        List.of(),
        Optional.empty());
  }

  private static Set<String> choose(String text) {
    return HostSelection.parse(text).choose(FLEET, "/flake");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "web01; web01",
        "web; web",
        "web*; web web01 web02",
        "web0?; web01 web02",
        "@web; web01 web02",
        "@prod-*; web02",
        "database; db01",
        "web* & !canary; web web02",
        "web*&!@canary&@nixos; web02",
        "db01, mac; db01 mac",
        "db01 | web01 & canary; db01 web01",
        "(db01 | web01) & @canary; web01",
        "!nixos; mac web",
        "@darwin; mac",
        "!!db01; db01",
        "\"a b\"; a_b",
        "@\"x|y\"; a_b",
        "!@all; ''",
        "*; a_b db01 mac web web01 web02",
      })
  void choose(String text, String names) {
    var expected = names.split(" ", -1);
    assertThat(choose(text))
        .containsExactlyInAnyOrderElementsOf(
            List.of(expected).stream()
                .filter(name -> !name.isEmpty())
                .map(name -> name.replace('_', ' '))
                .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "wbe01; web01",
        "!web1; web",
        "@canari; @canary",
        "db01 & databse; @database",
        "wex02; web02",
        "wex; web",
        "canari; @canary",
        "mab; mac",
      })
  void choose_nothingFits_theNearestIsNamed_aHostRatherThanATag(String text, String suggestion) {
    assertThatThrownBy(() -> choose(text))
        .isInstanceOfSatisfying(
            SystemException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.HOST_NOT_FOUND);
              assertThat(e.metadata()).containsEntry("suggestion", suggestion);
              assertThat(e)
                  .hasMessageContaining(
                      "did you mean " + suggestion.replace("@", "the tag @") + "?");
            });
  }

  @Test
  void choose_aTagIsAsNearAsAHost_theHostIsNamed() {
    var fleet = List.of(host("web01", HostKind.NIXOS, "web"), host("web02", HostKind.NIXOS, "web"));
    assertThatThrownBy(() -> HostSelection.parse("web99").choose(fleet, "/flake"))
        .hasMessageContaining("did you mean web01?");
    assertThatThrownBy(() -> HostSelection.parse("wbe").choose(fleet, "/flake"))
        .hasMessageContaining("did you mean the tag @web?");
  }

  @Test
  void choose_nothingIsNear_nothingIsSuggested() {
    for (var text : List.of("completely-different", "x*", "@nope-at-all")) {
      assertThatThrownBy(() -> choose(text))
          .isInstanceOf(SystemException.class)
          .hasMessageContaining("/flake has no host")
          .hasMessageNotContaining("did you mean");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "''; 1",
        "a b; 3",
        "a &; 4",
        "(a; 3",
        "a); 2",
        "\"a; 1",
        "@; 2",
        "a || b; 4",
        "!; 2",
      })
  void parse_faults_sayWhere(String text, int character) {
    assertThatThrownBy(() -> HostSelection.parse(text))
        .isInstanceOfSatisfying(
            SystemException.class,
            e -> {
              assertThat(e.reason()).isEqualTo(Reason.HOST_SELECTION_INVALID);
              assertThat(e).hasMessageContaining("at character " + character + ",");
            });
  }

  @Test
  void parse_hostileTexts_areRefusedOrHarmless() {
    assertThatThrownBy(() -> HostSelection.parse("(".repeat(4000)))
        .hasMessageContaining("nested too deeply");
    assertThatThrownBy(() -> HostSelection.parse("a".repeat(5000))).hasMessageContaining("4096");
    assertThatThrownBy(() -> choose("\u001b[31mweb"))
        .isInstanceOf(SystemException.class)
        .message()
        .doesNotContain("\u001b");
    assertThatThrownBy(() -> choose("*".repeat(2000) + "x"))
        .isInstanceOf(SystemException.class)
        .hasMessageContaining("no host");
  }

  @Test
  void needsTags_onlyWhereNamesDoNotTell() {
    var names = List.of("web01", "db01");
    assertThat(HostSelection.parse("web01 | db*").needsTags(names)).isFalse();
    assertThat(HostSelection.parse("web01 & !prod").needsTags(names)).isTrue();
    assertThat(HostSelection.parse("@x").needsTags(names)).isTrue();
  }
}
