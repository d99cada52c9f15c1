package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.lsp.feature.Fault.Fix;
import dev.arda.lsp.feature.Fault.Severity;
import dev.arda.lsp.feature.FlakeView.Failure;
import dev.arda.lsp.feature.FlakeView.Freshness;
import dev.arda.lsp.feature.FlakeView.Position;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {

  private static final Path FILE = Path.of("/f/flake.nix");

  private final KnownFlake flake =
      new KnownFlake()
          .with("", "nixosConfigurations", "inputs")
          .with("nixosConfigurations.", "web01", "web02", "db.example.org");

  private List<String> faults(String value) {
    var text = "{ outputs = { self }: { x = " + value + "; }; }";
    return Faults.in(flake.scope(text), FILE).faults().stream()
        .map(fault ->
            "%s %s %s"
                .formatted(
                    fault.severity(), text.substring(fault.start(), fault.end()), fault.message()))
        .toList();
  }

  @Test
  void unknownHost_isNamedWithWhatIsMeant() {
    assertThat(faults("self.nixosConfigurations.web1.config"))
        .containsExactly("WARNING web1 the flake has no host 'web1'; did you mean 'web01'?");
    assertThat(faults("self.nixosConfigurations.\"db.exmaple.org\".config"))
        .containsExactly(
            "WARNING \"db.exmaple.org\" the flake has no host 'db.exmaple.org'; did you mean"
                + " 'db.example.org'?");
    assertThat(faults("self.nixosConfiguration.web01"))
        .containsExactly(
            "WARNING nixosConfiguration the flake has no output 'nixosConfiguration'; did you mean"
                + " 'nixosConfigurations'?");
    assertThat(faults("self.nixosConfigurations.somethingElse"))
        .containsExactly("WARNING somethingElse the flake has no host 'somethingElse'");
  }

  @Test
  void fix_isWrittenAsItMustBe() {
    var report =
        Faults.in(
            flake.scope(
                "{ outputs = { self }: { x = self.nixosConfigurations.db_example_org; }; }"),
            FILE);
    assertThat(report.faults().getFirst().fixes())
        .contains(new Fix("Change to 'db.example.org'", "\"db.example.org\""));
  }

  @Test
  void nothingIsSaid_ofWhatExistsOrMayExist() {
    for (var value :
        List.of(
            "self.nixosConfigurations.web01.config.anything",
            "self.nixosConfigurations.\"db.example.org\"",
            "self.nixosConfigurations.${name}.config",
            "self.nixosConfigurations.none or null",
            "self.nixosConfigurations ? none",
            "self ? none.such",
            "self.inputs.any",
            "other.nixosConfigurations.none",
            "self.nixosConfigurations.",
            "x: self.nixosConfigurations.${x}")) {
      assertThat(faults(value)).as(value).isEmpty();
    }
  }

  @Test
  void nothingIsSaid_whereSelfIsSomethingElse() {
    for (var value :
        List.of(
            "self: super: { y = self.hello; }",
            "lib.makeScope newScope (self: { y = self.hello; })",
            "{ self, ... }: self.foo",
            "let self = { a = 1; }; in self.a",
            "rec { self = { q = 1; }; w = self.q; }",
            "inputs: inputs.self.foo",
            "let inherit (other) self; in self.foo")) {
      assertThat(faults(value)).as(value).isEmpty();
    }
    for (var value :
        List.of(
            "(self: self.hello) self.foo",
            "let self = inputs.self; in self.foo",
            "let inherit (inputs) self; in self.foo",
            "{ inherit self; a = self.foo; }")) {
      assertThat(faults(value)).as(value).hasSize(1);
    }
    for (var function :
        List.of("{ self, ... }:", "inputs@{ self, ... }:", "({ self, ... }@inputs:")) {
      var text = "{ outputs = %s { x = self.foo; }; }".formatted(function);
      assertThat(Faults.in(flake.scope(text), FILE).faults()).as(function).hasSize(1);
    }
    for (var function : List.of("{ self, inputs, ... }:", "{ lib }: { self }:", "")) {
      var scope = flake.scope("part.nix", function + " { flake.x = self.foo; }");
      assertThat(Faults.in(scope, FILE).faults()).as(function).hasSize(1);
    }
    for (var function : List.of("self: super:", "self:", "{ lib }: self: super:")) {
      var scope = flake.scope("overlay.nix", function + " { x = self.foo; }");
      assertThat(Faults.in(scope, FILE).faults()).as(function).isEmpty();
    }
  }

  @Test
  void hostThatWasJustWritten_isNoFault() {
    assertThat(faults("self.nixosConfigurations.new; nixosConfigurations.new = { }")).isEmpty();
  }

  @Test
  void earlierState_saysSoMoreQuietly_andUnknownNothing() {
    flake.with("nixosConfigurations.", Freshness.EARLIER, "web01");
    assertThat(faults("self.nixosConfigurations.web1"))
        .singleElement()
        .asString()
        .startsWith("HINT");
    flake.with("nixosConfigurations.", Freshness.UNKNOWN);
    assertThat(faults("self.nixosConfigurations.web1")).isEmpty();
  }

  @Test
  void failedEvaluation_isShownWhereNixSays_inBytes() {
    flake.failing(
        "",
        new Failure(
            "undefined variable 'foo'",
            Optional.of(new Position("/f/flake.nix", 1, 35)),
            false,
            List.of(),
            Optional.empty()));
    var text = "{ outputs = _: { é = \"🐣\"; x = foo; }; }";
    var faults = Faults.in(flake.scope(text), FILE).faults();
    assertThat(faults).hasSize(1);
    assertThat(faults.getFirst().severity()).isEqualTo(Severity.ERROR);
    assertThat(text.substring(faults.getFirst().start(), faults.getFirst().end())).isEqualTo("foo");
    assertThat(Faults.in(flake.scope("other.nix", text), Path.of("/f/other.nix")).faults())
        .isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "if builtins.hasAttr \"bar\" self then self.bar else 1",
        "if hasAttr \"web09\" self.nixosConfigurations then self.nixosConfigurations.web09 else 1",
        "if builtins.elem \"web09\" (builtins.attrNames self.nixosConfigurations) then"
            + " self.nixosConfigurations.web09.config else 1",
        "\"nix build .#nixosConfigurations.$HOST.config\"",
        "\".#$NAME\"",
        "\"nixosConfigurations.$HOST.config\"",
        "\"nix build .#{a,b}\"",
        "\"nixosConfigurations.<name>\"",
        "\".#<host>\"",
        "\"packages.gitlab.com\"",
        "\"packages.ubuntu.com\"",
        "\"packages.1.2.3\"",
        "\"nixosConfigurations.example.org\""
      })
  void nothingIsSaid_ofWhatIsGuarded_orMayBeSomethingElse(String value) {
    flake.with("packages.", "x86_64-linux");
    assertThat(faults(value)).isEmpty();
  }

  @Test
  void unknownNames_areFound_besideWhatMayBeSomethingElse() {
    flake.with("packages.", "x86_64-linux");
    assertThat(faults("if builtins.hasAttr \"bar\" self then self.baz else 1")).hasSize(1);
    assertThat(faults("\"packages.x86-linux.hello\""))
        .contains(
            "WARNING x86-linux the flake has no system 'x86-linux'; did you mean 'x86_64-linux'?");
    assertThat(faults("\"nixosConfigurations.web1.config\"")).hasSize(1);
    assertThat(faults("\"nix build .#web1\"")).hasSize(1);
  }

  @Test
  void unknownNames_areFoundInStrings() {
    flake.with("homeConfigurations.", "alice@web01").with("darwinConfigurations.");
    assertThat(faults("select self \"nixosConfigurations.web1.config\""))
        .containsExactly("WARNING web1 the flake has no host 'web1'; did you mean 'web01'?");
    assertThat(faults("\"nixosConfigurations.{web01,wbe02}.config\""))
        .containsExactly("WARNING wbe02 the flake has no host 'wbe02'; did you mean 'web02'?");
    assertThat(faults("\"nixosConfigurations.\\\"db.exmaple.org\\\".config\""))
        .containsExactly(
            "WARNING \\\"db.exmaple.org\\\" the flake has no host 'db.exmaple.org'; did you mean"
                + " 'db.example.org'?");
    assertThat(faults("''nixos-rebuild --flake .#web1 switch''"))
        .containsExactly("WARNING web1 the flake has no output 'web1'; did you mean 'web01'?");
    for (var fine :
        List.of(
            "\"nixosConfigurations.*.config\"",
            "\"nixosConfigurations.${x}.config\"",
            "\".#web01\"",
            "\"path:.#nixosConfigurations.web02.config\"",
            "\".#alice@web01\"",
            "\"arda eval nixosConfigurations.web01\"",
            "\"other.web1\"",
            "\"nixosConfigurations.web1")) {
      assertThat(faults(fine)).as(fine).isEmpty();
    }
  }

  @Test
  void stringsThatOnlyLookLikeReferences_orNameWhatMayBeAbsent_haveNoFaults() {
    flake
        .with("", "nixosConfigurations", "packages", "deploy", "inputs")
        .with("packages.", "x86_64-linux")
        .with("packages.*.", "hello")
        .with("deploy.", "nodes")
        .with("deploy.nodes.", "edge");
    for (var fine :
        List.of(
            "\"nix build .#hello^out\"",
            "\"nix build .#hello^*\"",
            "\"nix build .#hello; nix build '.#hello'\"",
            "\"$(nix build .#hello)\"",
            "\".#hello.drvPath\"",
            "\"deploy .#web01.system\"",
            "\"deploy .#edge.system\"",
            "\"nixos-rebuild switch --flake .#db.example.org\"",
            "\"nixos-rebuild --flake .#db.example.org switch\"",
            "[ \"nixos-rebuild\" \"--flake\" \".#db.example.org\" ]",
            "\"packages.json\"",
            "\"packages.tar.gz\"",
            "\"packages.list\"",
            "\"color: .#fff;\"",
            "\"#fff\"",
            "\"see .#web1 there\"",
            "''\n  # nix build .#web1\n  nix build .#web01 # not .#web1\n''",
            "\"nixosConfigurations.?web1.config\"",
            "\"nixosConfigurations.{?web1,web01}\"",
            "self.nixosConfigurations ? web1 && self.nixosConfigurations.web1.x",
            "if self ? lib.x then self.lib.x.y else 1",
            "self.nixosConfigurations.web1 or null",
            "self.nixosConfigurations.web1.config or { }")) {
      assertThat(faults(fine)).as(fine).isEmpty();
    }
    for (var wrong :
        List.of(
            "\".#helo\"",
            "\"nix build .#helo^out\"",
            "\".#helo.drvPath\"",
            "\"nix run path:.#nixosConfigurations.web1.x\"",
            "\"cd / && nixos-rebuild switch --flake .#db.exmaple.org\"",
            "\"deploy .#web1.system\"",
            "\"packages.x86-64.x\"",
            "select \"packages.json\"",
            "\"nixosConfigurations.web1\"",
            "''\n  # nix build .#web1\n  nix build .#web1\n''",
            "self.nixosConfigurations ? web2 && self.nixosConfigurations.web1.x")) {
      assertThat(faults(wrong)).as(wrong).hasSize(1);
    }
  }

  @Test
  void selectorsThatCannotBeRead_areShownWhereTheyAreWrong_throughEscapes() {
    assertThat(faults("select self \"nixosConfigurations.*web\""))
        .singleElement()
        .asString()
        .startsWith("WARNING w after `*` only a dot can follow, not `w`");
    assertThat(faults("\"nixosConfigurations.?\\\"a.b\\\".c\""))
        .singleElement()
        .asString()
        .startsWith("WARNING ?\\\"a.b\\\" an optional name cannot be quoted outside of braces");
    assertThat(faults("\"nixosConfigurations.\\\"é${\"\"}\"")).isEmpty();
    var report =
        Faults.in(
            flake.scope("{ outputs = _: { x = \"nixosConfigurations.?\\\"a.b\\\".c\"; }; }"), FILE);
    assertThat(report.faults().getFirst().fixes())
        .containsExactly(new Fix("Write `{?\"a.b\"}`", "{?\\\"a.b\\\"}"));
  }

  @Test
  void hostsOfRoles_mustExist() {
    flake
        .with("", "nixosConfigurations", "clan", "clanInternals")
        .with("clan.", "inventory", "machines")
        .with("clan.machines.");
    var text = "{ inventory.instances.b.roles.client.machines = { web01 = { }; web1 = { }; }; }";
    var found = Faults.in(flake.scope("clan.nix", text), Path.of("/f/clan.nix")).faults();
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().message())
        .isEqualTo("the flake has no host 'web1'; did you mean 'web01'?");
    assertThat(text.substring(found.getFirst().start(), found.getFirst().end())).isEqualTo("web1");
  }

  @Test
  void nodesOfDeploy_areUsuallyHosts() {
    var text = "{ outputs = _: { deploy.nodes = { web01 = { }; web1 = { }; }; }; }";
    var found = Faults.in(flake.scope(text), FILE).faults();
    assertThat(found)
        .extracting(Fault::severity, Fault::message)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                Severity.HINT, "the flake has no host 'web1'; did you mean 'web01'?"));
  }

  @Test
  void membersOfTags_mustExist() {
    assertThat(
            faultsOfClan(
                "{ inventory.tags.all-web = [ \"web01\" \"web1\" ]; other.tags = [ \"web1\" ]; }"))
        .containsExactly("web1: the flake has no host 'web1'; did you mean 'web01'?");
  }

  private List<String> faultsOfClan(String text) {
    return Faults.in(flake.scope("clan.nix", text), Path.of("/f/clan.nix")).faults().stream()
        .map(fault -> text.substring(fault.start(), fault.end()) + ": " + fault.message())
        .toList();
  }

  @Test
  void machineThatWasJustWritten_isNoFault_whereverClanTakesIt() {
    flake.with("", "nixosConfigurations", "clan").with("clan.", "machines").with("clan.machines.");
    var role = " inventory.instances.b.roles.client.machines.new = { };";
    assertThat(faultsOfClan("{" + role + " }")).containsExactly("new: the flake has no host 'new'");
    assertThat(faultsOfClan("{ inventory.machines.new.tags = [ ];" + role + " }")).isEmpty();
    assertThat(faultsOfClan("{ machines = { new = { }; };" + role + " }")).isEmpty();
    var inFlake =
        "{ outputs = { clan-core, self }: let clan = clan-core.lib.clan { machines.new = { }; %s }; in { }; }"
            .formatted(role);
    assertThat(Faults.in(flake.scope(inFlake), FILE).faults()).isEmpty();
  }

  @Test
  void tagsOfRoles_areThoseOfClanAndOfMachines() {
    var text =
        "{ inventory.instances.b.roles.r.tags = { al = { }; all = { }; web = { }; database = { }; }; }";
    assertThat(faultsOfClan(text)).isEmpty();
    flake
        .with("", "clanInternals")
        .with("clanInternals.", "inventoryClass")
        .with("clanInternals.inventoryClass.", "inventorySerialization")
        .with("clanInternals.inventoryClass.inventorySerialization.", "tags")
        .with("clanInternals.inventoryClass.inventorySerialization.tags.", "all", "nixos");
    assertThat(faultsOfClan(text)).isEmpty();
    flake.listing(FlakeView.Listed.TAGS, FlakeView.Name.of("web"));
    assertThat(faultsOfClan(text))
        .containsExactly(
            "al: the flake has no tag 'al'; did you mean 'all'?",
            "database: the flake has no tag 'database'");
    assertThat(faultsOfClan(text.replace("{ inv", "{ inventory.tags.database = [ ]; inv")))
        .containsExactly("al: the flake has no tag 'al'; did you mean 'all'?");
  }

  @Test
  void roles_areThoseThatTheServiceHas() {
    flake.with("clanInternals.inventoryClass.staticModules.zerotier.roles.", "controller", "peer");
    assertThat(
            faultsOfClan(
                "{ inventory.instances.zerotier.roles = { controler.tags.all = { }; peer = { }; }; }"))
        .containsExactly(
            "controler: the flake has no role 'controler'; did you mean 'controller'?");
    assertThat(faultsOfClan("{ inventory.instances.own.roles.any = { }; }")).isEmpty();
    flake.with("clanInternals.inventoryClass.modulesPerSource.self.web.roles.", "proxy");
    var own = "inventory.instances.web = { module.input = \"self\"; roles.cache = { }; };";
    assertThat(faultsOfClan("{ " + own + " }"))
        .containsExactly("cache: the flake has no role 'cache'");
    assertThat(faultsOfClan("{ " + own + " modules.web.roles.cache = { }; }")).isEmpty();
  }

  @Test
  void untrustedFlake_hasNoFaults() {
    var text = "{ outputs = { self }: { x = self.nixosConfigurations.none; }; }";
    var scope =
        new Scope(
            dev.arda.lsp.text.NixText.of(text),
            Path.of("flake.nix"),
            FlakeView.NOTHING,
            path -> Optional.empty());
    assertThat(Faults.in(scope, FILE).faults()).isEmpty();
  }
}
