package dev.arda.lsp.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class MembersTest {

  private static List<String> names(String value) {
    var text = NixText.of("{ x = " + value + "; }");
    var members = text.members(text.bindings().getFirst());
    var result = new ArrayList<String>();
    for (var binding : members.bindings()) {
      result.add(
          text.text()
              .substring(binding.path().getFirst().start(), binding.path().getFirst().end()));
    }
    members.strings().forEach(string -> result.add(string.text()));
    return result;
  }

  @Test
  void members_areThoseOfTheSetThatAValueIs() {
    for (var value :
        List.of(
            "{ a = f { c = 1; }; b.d = 2; }",
            "rec { a = 1; inherit b; }",
            "{ a = 1; } // { b = { c = 1; }; }",
            "({ a = 1; }) // (let c = { d = 1; }; in { b = c; })",
            "let c = 1; d = { e = 1; }; in with d; assert c == 1; { inherit a b; }",
            "if c == { d = 1; } then { a = 1; } else { b = 2; }",
            "{ c, d ? { e = 1; }, ... }@f: g: { a = 1; b = 2; }",
            "lib.mapAttrs (n: v: { c = v; }) ({ a = 1; } // { b = 2; })",
            "builtins.mapAttrs (n: f { c = 1; }) { a = 1; b = 2; }",
            "lib.genAttrs [ \"a\" \"b\" ] (n: { c = 1; })",
            "lib.mkMerge [ { a = 1; } (lib.mkIf c { b = 1; }) ]",
            "mk { c = 1; } // import ./d { inherit e; } // { a = 1; b = 2; }",
            "let d = { a = 1; b = 2; }; in lib.mapAttrs (n: v: { c = 1; }) d",
            "let d = [ \"a\" \"b\" ]; in lib.genAttrs d (n: { c = 1; })")) {
      assertThat(names(value)).as(value).containsExactly("a", "b");
    }
  }

  @Test
  void argumentsOfOtherFunctions_andWhatIsTakenFromASet_areNone() {
    for (var value :
        List.of(
            "import ./hosts { inherit mk self; }",
            "f { a = 1; }",
            "(f { a = 1; })",
            "{ a = 1; }.b",
            "(rec { a = 1; }).b or { c = 1; }",
            "{ a = 1; } ? a",
            "{ a = 1; } == { a = 1; }",
            "lib.mapAttrs' f { a = 1; }",
            "lib.genAttrs [ \"${a}\" (f \"a\") ] f",
            "let a = 1; in b",
            "a",
            "let a = a; in a",
            "{ a = 1; } // { b = 1; } ++ [ ]",
            "")) {
      assertThat(names(value)).as(value).isEmpty();
    }
  }

  @Test
  void importedFiles_areThoseWhoseAttributesAreTheValues() {
    var text =
        NixText.of("{ x = { a = import ./a.nix; } // import ./b.nix { c = import ./c.nix; }; }");
    assertThat(text.members(text.bindings().getFirst()).imports())
        .containsExactly(text.text().indexOf("./b.nix"));
    assertThat(NixText.of("{ a }: import ./b.nix a").members().imports()).containsExactly(14);
  }

  @Test
  void brokenTexts_haveMembers() {
    assertThat(names("{ a = 1; b")).containsExactly("a");
    assertThat(names("{ a = (f { c = 1; ; }")).containsExactly("a");
    for (var text : Samples.BROKEN) {
      for (int i = 0; i <= text.length(); i++) {
        var part = NixText.of(text.substring(0, i));
        part.members();
        part.bindings().forEach(part::members);
        part.isMember(i);
      }
    }
  }

  @Test
  void deepNesting_needsNoStack() {
    for (var open : List.of("(", "{ a = ", "[ ", "let b = (", "if (", "f: (")) {
      var text = NixText.of("{ x = " + open.repeat(20_000));
      assertThat(text.members(text.bindings().getFirst()).strings()).isEmpty();
    }
  }
}
