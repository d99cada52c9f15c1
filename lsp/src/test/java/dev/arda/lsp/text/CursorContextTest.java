package dev.arda.lsp.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class CursorContextTest {

  @Test
  void path_inAValue() {
    assertPath("{ x = self.nixosConfigurations.we¦b; }", "self.nixosConfigurations|we|value");
    assertPath("{ x = self.¦", "self||value");
    assertPath("{ x = self . a .\n ¦", "self.a||value");
    assertPath("{ x = self.\"a.b\".c¦ }", "self.a.b|c|value");
    assertPath("{ x = se¦; }", "|se|value");
    assertPath("{ x = self.${y}.z¦; }", "self.?|z|value");
    assertPath("[ self.in¦ ]", "self|in|value");
  }

  @Test
  void path_ofABinding() {
    assertPath("{ nixosConfigurations = { we¦ }", "|we|name");
    assertPath("{ nixosConfigurations.¦ }", "nixosConfigurations||name");
    assertPath("{ a = 1; ¦ }", "||name");
    assertPath("let x = 1; y¦", "|y|name");
  }

  @Test
  void quotedName_isAName() {
    assertPath("{ x = self.\"web.ex¦ample\".b; }", "self|web.ex|value");
    assertPath("{ homeConfigurations.\"alice@¦", "homeConfigurations|alice@|name");
    assertPath("{ homeConfigurations = { \"al¦\" = 1; }; }", "|al|name");
    var path = Marked.of("{ x = self.\"we¦b\".b; }").context().path().orElseThrow();
    assertThat(List.of(path.start(), path.end())).containsExactly(11, 16);
    assertThat(path.quoted()).isTrue();
  }

  @Test
  void otherForms_haveAPathToo() {
    assertPath("{ inherit (self.hosts) a we¦; }", "self.hosts|we|value");
    assertPath("let inherit (self) ¦; in 1", "self||value");
    assertPath("{ inherit (self.ho¦) a; }", "self|ho|value");
    assertPath("{ x = 1; inherit (self.¦) a; }", "self||value");
    assertPath("{ inherit (self.hosts.¦", "self.hosts||value");
    assertPath("{ inherit (self.hosts.\"we¦b\") a; }", "self.hosts|we|value");
    assertPath("let inherit (inputs.self.¦) a; in 1", "inputs.self||value");
    assertPath("{ inherit (self.hosts) a; b¦", "|b|name");
    assertPath("{ inherit (self.hosts; b¦", "|b|name");
    assertPath("{ inherit (inputs.self) \"we¦b\"; }", "inputs.self|we|value");
    assertPath("{ x = (self.hosts).we¦b; }", "self.hosts|we|value");
    assertPath("{ x = ((self).hosts).a.¦; }", "self.hosts.a||value");
    assertPath("{ x = self.hosts.${\"we¦b\"}.a; }", "self.hosts|we|value");
    assertPath("{ x = self.hosts.${\"web\"}.a¦; }", "self.hosts.web|a|value");
    assertPath("{ hosts.${\"we¦b\"} = 1; }", "hosts|we|name");
    assertPath("{ x = self ? ho¦; }", "self|ho|value");
    assertPath("{ x = self.hosts ? a.¦; }", "self.hosts.a||value");
    assertThat(Marked.of("{ x = self ? ho¦; }").context().path().orElseThrow().asked()).isTrue();
    assertThat(Marked.of("{ x ? ho¦ }: x").context().path().orElseThrow().asked()).isFalse();
  }

  @Test
  void semicolonOfAWith_endsNoBinding() {
    assertPath("{ x = with self; ho¦", "|ho|value");
    assertPath("{ x = assert a; with b; c.ho¦; y = 1; }", "c|ho|value");
    assertPath("{ x = with a; b; ho¦", "|ho|name");
    assertPath("{ x = with a\n y = 1; ho¦", "|ho|name");
    assertThat(enclosing("{ x = with a; { y = ¦")).isEqualTo("x.y");
  }

  @Test
  void nothingIsNamed_afterANumberInACommentOrBehindABracket() {
    for (var text :
        List.of(
            "{ x = 1¦",
            "{ # self.¦",
            "{ x = (a b).¦ }",
            "{ x = ./a¦",
            "/* a.¦",
            "{ } ¦".replace(" ¦", "¦"))) {
      assertThat(Marked.of(text).context().path()).as(text).isEmpty();
    }
  }

  @Test
  void segmentBehindTheCursor_belongsToTheName() {
    var path = Marked.of("{ x = self.web¦01-a.config; }").context().path().orElseThrow();
    assertThat(List.of(path.start(), path.end())).containsExactly(11, 18);
  }

  @Test
  void enclosingBindings_makeOnePath() {
    assertThat(
            enclosing(
                "{ outputs = _: { nixosConfigurations.web = { modules = [ { a.b = ¦ } ]; }; }; }"))
        .isEqualTo("outputs.nixosConfigurations.web.modules.a.b");
    assertThat(enclosing("{ a = { b = 1; }; c = { d = { ¦ } }")).isEqualTo("c.d");
    assertThat(enclosing("{ a = let b = { c = ¦")).isEqualTo("a.b.c");
    assertThat(Marked.of("{ a = let b = { c = ¦").context().local()).isTrue();
    assertThat(Marked.of("{ a = let b = 1; in { c = ¦").context().local()).isFalse();
    assertThat(enclosing("{ a = let b = 1; in { c = ¦")).isEqualTo("a.c");
  }

  @Test
  void string_saysWhatItIsAnArgumentOf() {
    var string =
        Marked.of("{ x = arda.lib.select self \"hosts.¦web.*\" 1; }")
            .context()
            .string()
            .orElseThrow();
    assertThat(string.content().text()).isEqualTo("hosts.web.*");
    assertThat(string.index()).isEqualTo(6);
    assertThat(string.application().stream().map(CursorContextTest::shown))
        .containsExactly("arda.lib.select", "self");
    assertThat(Marked.of("[ \"a\" \"¦\" ]").context().string().orElseThrow().application())
        .isEmpty();
  }

  @Test
  void string_inAnInterpolationOfAString() {
    var context = Marked.of("{ x = \"a ${f \"b¦\"} c\"; }").context();
    assertThat(context.string().orElseThrow().content().text()).isEqualTo("b");
    assertPath("{ x = \"a ${self.b¦} c\"; }", "self|b|value");
    assertPath("{ x = ''a ${self.¦", "self||value");
  }

  @Test
  void escapes_areMappedToWhereTheyAreWritten() {
    var marked = Marked.of("\"a\\\"b\\\\c\\${d}¦e ${f} g\"");
    var string = marked.context().string().orElseThrow();
    assertThat(string.content().text()).isEqualTo("a\"b\\c${d}e " + StringContent.HOLE + " g");
    assertThat(string.index()).isEqualTo(9);
    assertThat(string.content().isDynamic()).isTrue();
    for (int i = 0; i <= string.content().text().length(); i++) {
      assertThat(string.content().indexOf(string.content().offsetOf(i))).isEqualTo(i);
    }
    assertThat(marked.text().substring(string.content().offsetOf(1))).startsWith("\\\"b");
  }

  @Test
  void indentedString_hasEscapesOfItsOwn() {
    var string = Marked.of("''a '''b ''${c} ''\\n ''\\x $${d}¦''").context().string().orElseThrow();
    assertThat(string.content().text()).isEqualTo("a ''b ${c} \n x $${d}");
    assertThat(string.content().isIndented()).isTrue();
    assertThat(string.content().isClosed()).isTrue();
  }

  @Test
  void openString_endsWithItsLine() {
    var string =
        Marked.of("{ x = select \"hosts.¦we\n  b = \"c\"; }").context().string().orElseThrow();
    assertThat(string.content().text()).isEqualTo("hosts.we");
    assertThat(string.content().isClosed()).isFalse();
    assertThat(
            Marked.of("{ x = ''a.¦b\n  y = 1; }").context().string().orElseThrow().content().text())
        .isEqualTo("a.b");
  }

  @Test
  void escapedText_saysTheSameAgain() {
    for (var plain :
        List.of("a\"b\\c", "${x}", "$", "a$b", "'", "''", "'''", "x''${y}\n\t\r", "é😀")) {
      for (var quote : List.of("\"", "''")) {
        var empty = Marked.of(quote + "¦" + quote).context().string().orElseThrow().content();
        var text = Marked.of(quote + empty.escape(plain) + "¦" + quote);
        assertThat(text.context().string().orElseThrow().content().text())
            .as(text.text())
            .isEqualTo(plain);
      }
    }
  }

  @Test
  void textBehindASingleQuote_isNotReadWithIt() {
    var content = Marked.of("''a'¦b''").context().string().orElseThrow().content();
    assertThat(content.escape("'c", 2)).isEqualTo("${\"'\"}c");
    assertThat(content.escape("${c}", 2)).isEqualTo("${\"$\"}{c}");
    assertThat(content.escape("c'd", 2)).isEqualTo("c'd");
    assertThat(content.escape("'c", 1)).isEqualTo("'c");
    var escaped = Marked.of("''a''\\'¦b''").context().string().orElseThrow().content();
    assertThat(escaped.escape("'c", 2)).isEqualTo("'c");
    var quoted = Marked.of("\"a'¦b\"").context().string().orElseThrow().content();
    assertThat(quoted.escape("'c", 2)).isEqualTo("'c");
  }

  private static void assertPath(String marked, String expected) {
    var path = Marked.of(marked).context().path();
    assertThat(path).as(marked).isPresent();
    assertThat(
            "%s|%s|%s"
                .formatted(
                    shown(path.get().parents()),
                    path.get().partial(),
                    path.get().namesBinding() ? "name" : "value"))
        .as(marked)
        .isEqualTo(expected);
  }

  private static String enclosing(String marked) {
    return shown(Marked.of(marked).context().enclosing());
  }

  private static String shown(List<AttrName> names) {
    return String.join(
        ".",
        names.stream()
            .map(name ->
                switch (name) {
                  case AttrName.Static known -> known.name();
                  case AttrName.Dynamic _ -> "?";
                })
            .toList());
  }
}
