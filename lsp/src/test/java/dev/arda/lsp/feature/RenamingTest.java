package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.feature.References.Occurrence;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class RenamingTest {

  private final KnownFlake flake = new KnownFlake();

  private static String outputs(String let, String set) {
    return "{ outputs = { self, lib }: let %s in { %s }; }".formatted(let, set);
  }

  /** The text of a file after a renaming at the first mark; tells why, if it is refused. */
  private String renamedIn(String file, String marked, String name) {
    int offset = marked.indexOf('¦');
    var text = marked.replace("¦", "");
    var scope = flake.scope("flake.nix", text);
    var subject = References.at(scope, offset).orElseThrow();
    var refusal = References.refusal(scope, subject);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    var result =
        new StringBuilder(
            file.equals("flake.nix")
                ? text
                : scope.files().apply(Path.of(file)).orElseThrow().text());
    References.of(scope, subject).stream()
        .filter(one -> one.file().equals(Path.of(file)))
        .sorted(Comparator.comparingInt(Occurrence::start).reversed())
        .forEach(one ->
            result.replace(
                one.renamed().start(), one.renamed().end(), one.renamed().text().apply(name)));
    return result.toString();
  }

  private String renamed(String let, String set, String name) {
    return renamedIn("flake.nix", outputs(let, set), name);
  }

  private static final String USE = " r = self.nixosConfigurations.th¦ree.v;";

  private static String use(String name) {
    return " r = self.nixosConfigurations." + name + ".v;";
  }

  @Test
  void inheritedHost_getsABindingOfItsOwn() {
    var let = "three = mk 3; a = 1; b = 2;";
    assertThat(renamed(let, "nixosConfigurations = { inherit three; };" + USE, "tri"))
        .isEqualTo(outputs(let, "nixosConfigurations = { tri = three; };" + use("tri")));
    assertThat(renamed(let, "nixosConfigurations = { inherit a three b; };" + USE, "t.r"))
        .isEqualTo(
            outputs(
                let, "nixosConfigurations = { inherit a b; \"t.r\" = three; };" + use("\"t.r\"")));
    assertThat(renamed(let, "nixosConfigurations = { inherit a three; };" + USE, "tri"))
        .isEqualTo(outputs(let, "nixosConfigurations = { inherit a; tri = three; };" + use("tri")));
    assertThat(renamed(let, "nixosConfigurations = { inherit (x.y) three a; };" + USE, "tri"))
        .isEqualTo(
            outputs(
                let, "nixosConfigurations = { inherit (x.y) a; tri = x.y.three; };" + use("tri")));
    assertThat(renamed(let, "nixosConfigurations = { inherit (f x) three; };" + USE, "tri"))
        .isEqualTo(outputs(let, "nixosConfigurations = { tri = (f x).three; };" + use("tri")));
  }

  @Test
  void hostInTheSetOfAVariable_isRenamedThereAndWhereItIsTakenFromIt() {
    var let =
        "hosts = { three = { ip = 1; }; }; a = hosts.three.ip; b = hosts ? three; c = hosts.three"
            + " or { }; d = (hosts: hosts.three) { }; inherit (hosts) three;";
    var wanted =
        "hosts = { tri = { ip = 1; }; }; a = hosts.tri.ip; b = hosts ? tri; c = hosts.tri"
            + " or { }; d = (hosts: hosts.three) { }; three = hosts.tri;";
    var set = "nixosConfigurations = lib.mapAttrs (n: v: mk v) hosts;";
    assertThat(renamed(let, set + USE, "tri")).isEqualTo(outputs(wanted, set + use("tri")));
    assertThat(renamed(let.replaceFirst("three", "th¦ree"), set + USE.replace("¦", ""), "tri"))
        .isEqualTo(outputs(wanted, set + use("tri")));
  }

  @Test
  void stringsOfALargerSet_areRenamed_whereTheyAreTheNames() {
    var set = "nixosConfigurations = lib.genAttrs %s (n: mk n);";
    assertThat(renamed("", set.formatted("[ \"a\" \"three\" ]") + USE, "t.r"))
        .isEqualTo(outputs("", set.formatted("[ \"a\" \"t.r\" ]") + use("\"t.r\"")));
    assertThat(renamed("l = [ \"three\" ];", set.formatted("l") + USE, "tri"))
        .isEqualTo(outputs("l = [ \"tri\" ];", set.formatted("l") + use("tri")));
  }

  @Test
  void hostOfAnImportedFile_isRenamedThere() {
    flake.file("hosts/default.nix", "{ mk, self }: { three = mk 3; four = mk 4; }");
    var set = "nixosConfigurations = { a = 1; } // import ./hosts { inherit mk self; };";
    assertThat(renamedIn("hosts/default.nix", outputs("", set + USE), "tri"))
        .isEqualTo("{ mk, self }: { tri = mk 3; four = mk 4; }");
    assertThat(renamedIn("flake.nix", outputs("", set + USE), "tri"))
        .isEqualTo(outputs("", set + use("tri")));
  }

  @Test
  void whatIsNotDefinedInTheText_isNotRenamed() {
    var why = "where 'three' is defined is not in the files that are read";
    flake.with("nixosConfigurations.", "three");
    for (var value :
        List.of(
            "builtins.listToAttrs (map (n: { name = n; value = mk n; }) [ \"three\" ])",
            "mk { three = 1; }",
            "{ a = 1; } // import ./elsewhere { }")) {
      assertThat(renamed("", "nixosConfigurations = " + value + ";" + USE, "tri"))
          .as(value)
          .isEqualTo(why);
    }
    assertThat(renamed("", "nixosConfigurations = rec { three = 1; b = three.x; };" + USE, "tri"))
        .isEqualTo("'three' is also a variable, in the `rec` that defines it");
    assertThat(renamed("", "nixosConfigurations = rec { three = 1; b = x.three; };" + USE, "tri"))
        .contains("rec { tri = 1; b = x.three; }");
  }

  @Test
  void hostOfAHive_andUserOfAMachine_areRenamed() {
    assertThat(renamed("", "colmena = { th¦ree = { }; };", "tri"))
        .isEqualTo(outputs("", "colmena = { tri = { }; };"));
    assertThat(renamed("", "m = { users.users.th¦ree = { }; };", "tri"))
        .isEqualTo(outputs("", "m = { users.users.tri = { }; };"));
  }

  @Test
  void hostThatIsTakenByANameOrACommand_isRenamedThere() {
    var set = "nixosConfigurations.th¦ree = 1;";
    assertThat(
            renamed(
                "", set + " r = let inherit (self.nixosConfigurations) three; in three.v;", "t"))
        .contains("let three = self.nixosConfigurations.t; in three.v");
    assertThat(renamed("", set + " r = with self.nixosConfigurations; three.v;", "t"))
        .contains("with self.nixosConfigurations; t.v;");
    assertThat(renamed("", set + " r = \"arda host update three\";", "t"))
        .contains("\"arda host update t\"");
    assertThat(renamed("", set + " r = let a = self.nixosConfigurations; in a.three.v;", "t"))
        .contains("in a.t.v");
    assertThat(
            renamed("", set + " r = let three = self.nixosConfigurations.three; in three.v;", "t"))
        .contains("let three = self.nixosConfigurations.t; in three.v");
  }
}
