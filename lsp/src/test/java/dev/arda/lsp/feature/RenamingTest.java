package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
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
    var refusal = Renaming.refusal(scope, subject);
    if (refusal.isPresent()) {
      return refusal.get();
    }
    var renaming = Renaming.of(scope, subject, name);
    if (renaming.refusal().isPresent()) {
      return renaming.refusal().get();
    }
    return renaming.files().stream()
        .filter(one -> one.file().equals(Path.of(file)))
        .map(one -> one.after().text())
        .findFirst()
        .orElseThrow();
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
            + " or { }; d = (pkgs: pkgs.three) { }; inherit (hosts) three;";
    var wanted =
        "hosts = { tri = { ip = 1; }; }; a = hosts.tri.ip; b = hosts ? tri; c = hosts.tri"
            + " or { }; d = (pkgs: pkgs.three) { }; three = hosts.tri;";
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
        .contains("rec { tri = 1; b = tri.x; }");
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

  private static final String HOME = "homeConfigurations.%s = 1; m = { users.users.%s.uid = 1; };";

  @Test
  void environmentAndAccount_areTwoThings() {
    assertThat(renamed("", HOME.formatted("th¦ree", "three"), "tri"))
        .isEqualTo(outputs("", HOME.formatted("tri", "three")));
    assertThat(renamed("", HOME.formatted("three", "th¦ree"), "tri"))
        .isEqualTo(outputs("", HOME.formatted("three", "tri")));
    var read = " a = self.nixosConfigurations.m.config.users.users.three.uid;";
    assertThat(renamed("", HOME.formatted("th¦ree", "three") + read, "tri"))
        .isEqualTo(outputs("", HOME.formatted("tri", "three") + read));
    assertThat(renamed("", HOME.formatted("three", "th¦ree") + read, "tri"))
        .contains("`three` in flake.nix:1 may mean this user too");
  }

  @Test
  void accountThatAStringMayMean_isRefused() {
    assertThat(
            renamed("", "m = { users.users.th¦ree = { }; services.a.user = \"three\"; };", "tri"))
        .isEqualTo("`three` in flake.nix:1 may mean this user too; rename it by hand");
    assertThat(renamed("", "m.users.users = { th¦ree = { }; tri = { }; };", "tri"))
        .isEqualTo("the flake has a user 'tri' already");
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
    assertThat(renamed("", set + " r = self.nixosConfigurations.${''three''}.v;", "t"))
        .contains("self.nixosConfigurations.\"t\".v");
    assertThat(
            renamed("", set + " r = map (h: self.nixosConfigurations.${h}.v) [ ''three'' ];", "'t"))
        .contains("[ '''t'' ]");
    assertThat(renamed("", set + " r = \"arda host update three\";", "t"))
        .contains("\"arda host update t\"");
    assertThat(renamed("", set + " r = let a = self.nixosConfigurations; in a.three.v;", "t"))
        .contains("in a.t.v");
    assertThat(
            renamed("", set + " r = let three = self.nixosConfigurations.three; in three.v;", "t"))
        .contains("let three = self.nixosConfigurations.t; in three.v");
  }

  @Test
  void whatMayStillMeanTheHost_isToldWithItsPlace() {
    var set = "nixosConfigurations = { three = mk 3; };" + USE;
    var told = "`%s` in flake.nix:1 may mean this host too; rename it by hand";
    for (var use :
        List.of(
            "x = map (n: n == \"three\");",
            "x = n: builtins.elem n [ \"three\" ];",
            "n = \"three\"; x = self.nixosConfigurations.${n};",
            "x = get \"three\"; get = h: self.nixosConfigurations.${h}.v;",
            "x = lib.foldl' (a: h: self.nixosConfigurations.${h}) 0 ns; ns = [ \"three\" ];",
            "x = (h: self.nixosConfigurations.${h}) cfg.peer; cfg = { peer = \"three\"; };",
            "x = self.nixosConfigurations ? ${cfg.peer}; cfg = { peer = \"three\"; };",
            "x = \".#${peer}\"; peer = \"three\";")) {
      assertThat(renamed("", set + use, "tri")).as(use).isEqualTo(told.formatted("three"));
    }
    for (var use :
        List.of(
            "x = (lib.mapAttrs f self.nixosConfigurations).three;",
            "x = self.checks.x86_64-linux.three;",
            "ips = { three = 1; }; x = mk ips.${n};",
            "x = { nodes }: nodes.three;",
            "x = { ips }: ips.three;",
            "x = ips: with ips; three;",
            "x = with import ./hosts.nix; three;")) {
      assertThat(renamed("", set + use, "tri")).as(use).isEqualTo(told.formatted("three"));
    }
    assertThat(renamed("", set + "x = self.nixosConfigurations.${\"th\" + n};", "tri"))
        .isEqualTo(told.formatted("th"));
    assertThat(renamed("", set + "x = self.nixosConfigurations.${\"${a}ree\"};", "tri"))
        .isEqualTo(told.formatted("${a}ree"));
  }

  @Test
  void whatCannotMeanTheHost_isLeftAlone() {
    for (var other :
        List.of(
            "x = \"three\"; # three",
            "x = ./hosts/three;",
            "lib.three = 1; x = self.lib.three;",
            "packages.three = 1; x = inputs.other.nixosConfigurations.three;",
            "x = { pkgs, three, ... }: [ pkgs.three three ];",
            "x = { config, ... }: config.services.three.enable or config.users.users.three;",
            "x = { users.users.three = { }; networking.hostName = \"three\"; };",
            "x = mk \"three\"; mk = n: { name = n; };",
            "x = \"ssh three\"; y = [ \"three\" ];",
            "x = with lib; three;",
            "x = let three = 1; in three; y = rec { three = 1; z = three; };",
            "x = let s.three = 1; in s.three;")) {
      var set = "nixosConfigurations = { %s = mk 3; };%s" + other;
      assertThat(renamed("", set.formatted("three", USE), "tri"))
          .as(other)
          .isEqualTo(outputs("", set.formatted("tri", use("tri"))));
    }
  }

  @Test
  void newName_isCapturedNowhere() {
    var set = "nixosConfigurations = rec { th¦ree = mk 3; four = %s; };";
    assertThat(renamed("tri = 5;", set.formatted("tri"), "tri"))
        .isEqualTo("'tri' in flake.nix:1 would mean this host then");
    assertThat(renamed("", set.formatted("tri: three"), "tri"))
        .isEqualTo("'tri' would not mean this host in flake.nix:1");
    assertThat(renamed("", set.formatted("three.v"), "t.r"))
        .isEqualTo("'t.r' would not mean this host in flake.nix:1");
    assertThat(renamed("", set.formatted("1") + " r = self.nixosConfigurations.tri or 1;", "tri"))
        .isEqualTo("'tri' in flake.nix:1 would mean this host then");
    var with = "nixosConfigurations.th¦ree = 3; r = with self.nixosConfigurations; ";
    assertThat(renamed("", with + "tri;", "tri"))
        .isEqualTo("'tri' in flake.nix:1 would mean this host then");
    assertThat(renamed("", with + "let tri = 5; in three.v;", "tri"))
        .contains("in self.nixosConfigurations.tri.v");
    assertThat(renamed("", with + "three.v;", "null"))
        .contains("; self.nixosConfigurations.null.v");
    assertThat(renamed("", with + "three.v;", "or")).contains("; self.nixosConfigurations.or.v");
    assertThat(renamed("", with + "with lib; three.v;", "tri"))
        .contains("; self.nixosConfigurations.tri.v");
    assertThat(renamed("", "nixosConfigurations = rec { inherit (x) th¦ree; b = three; };", "tri"))
        .isEqualTo("'three' in flake.nix:1 would mean something else then");
  }

  @Test
  void setsThatKnowThemselves_areFollowed() {
    var flakes =
        List.of(
            "{ outputs = { self }: rec { nixosConfigurations.%1$s = 1; x = nixosConfigurations.%1$s; }; }",
            "{ outputs = { self }: { nixosConfigurations.%1$s = 1; x = self.outputs.nixosConfigurations.%1$s; }; }",
            "{ outputs = { self }: let a = { %1$s = 1; }; in { nixosConfigurations = a; x = with a; %1$s; y = a ? %1$s; }; }",
            "{ outputs = { self }: { nixosConfigurations.%1$s = 1; x = self.nixosConfigurations ? \"%1$s\"; }; }",
            "{ outputs = { self }: let a = { %1$s = 1; }; b = mapAttrs f a; in { nixosConfigurations = a; x = b.%1$s; }; }");
    for (var text : flakes) {
      var before = text.formatted("three");
      for (int at = before.indexOf("three"); at >= 0; at = before.indexOf("three", at + 1)) {
        var marked = before.substring(0, at) + "¦" + before.substring(at);
        assertThat(renamedIn("flake.nix", marked, "tri")).isEqualTo(text.formatted("tri"));
      }
    }
    assertThat(renamed("", "nixosConfigurations.${\"th¦ree\"} = 1;", "tri"))
        .isEqualTo(outputs("", "nixosConfigurations.tri = 1;"));
  }

  private String renamedCommand(String command, String name) {
    var set = "nixosConfigurations.th¦ree = 1; r = ''\n  " + command + "\n'';";
    var result = renamed("", set, name);
    return result.contains("r = ''\n  ")
        ? result.substring(result.indexOf("''\n  ") + 5, result.indexOf("\n'';"))
        : result;
  }

  @Test
  void nameInACommand_isQuotedForItAndForTheShell_orRefused() {
    assertThat(renamedCommand("arda host update three db", "a b"))
        .isEqualTo("arda host update '\"a b\"''\\' db");
    assertThat(renamedCommand("arda host update 'three' db", "-x"))
        .isEqualTo("arda host update '\"-x\"' db");
    assertThat(renamedCommand("arda host update three", "${x}"))
        .isEqualTo("'${x}' would not mean this host in flake.nix:2");
    for (var name : List.of("${x}", "'lead", "''two", "$")) {
      assertThat(renamedCommand("arda host update 'three' db", name))
          .isEqualTo("'%s' would not mean this host in flake.nix:2", name);
    }
    assertThat(renamedCommand("arda eval \"nixosConfigurations.three.v\"", "a.b"))
        .isEqualTo("'a.b' would not mean this host in flake.nix:2");
    assertThat(renamedCommand("arda eval \"nixosConfigurations.three.v\"", "t"))
        .isEqualTo("arda eval \"nixosConfigurations.t.v\"");
    assertThat(renamedCommand("arda eval 'nixosConfigurations.three.v'", "a b"))
        .isEqualTo("arda eval 'nixosConfigurations.\"a b\".v'");
    assertThat(renamedCommand("arda eval 'nixosConfigurations.three.v'", "${x}"))
        .isEqualTo("arda eval 'nixosConfigurations.\"''${x}\".v'");
    assertThat(renamedCommand("nixos-rebuild switch --flake .#three", "a.b-c"))
        .isEqualTo("nixos-rebuild switch --flake .#a.b-c");
    for (var command :
        List.of(
            "nixos-rebuild switch --flake .#three",
            "nix build .#nixosConfigurations.three.v",
            "arda eval nixosConfigurations.three.v")) {
      for (var name : List.of("a b", "\"", "a\\b", "$y", "*", "it's")) {
        assertThat(renamedCommand(command, name))
            .as(command)
            .isEqualTo("'%s' would not mean this host in flake.nix:2", name);
      }
    }
    for (var name : List.of("@x", "*", "a?", "it's", "\"")) {
      assertThat(renamedCommand("arda host update three", name))
          .isEqualTo("'%s' would not mean this host in flake.nix:2", name);
    }
    assertThat(renamedCommand("clan machines update three", "-x"))
        .isEqualTo("'-x' would not mean this host in flake.nix:2");
  }
}
