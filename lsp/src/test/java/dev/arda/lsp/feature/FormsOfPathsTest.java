package dev.arda.lsp.feature;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A value of the flake can be named by other forms of Nix than a path that begins with `self`. */
class FormsOfPathsTest {

  private final KnownFlake flake =
      new KnownFlake()
          .with("", "nixosConfigurations", "packages")
          .with("nixosConfigurations.", "web01", "web02", "a.b")
          .with("nixosConfigurations.web01.", "config", "options")
          .with("nixosConfigurations.web01.config.", "services", "users")
          .with("nixosConfigurations.*.", "config", "options")
          .with("nixosConfigurations.*.config.", "services", "users");

  private static String inFlake(String value) {
    return "{ outputs = args@{ self, lib, ... }: { x = " + value + "; }; }";
  }

  private List<String> offered(String marked) {
    return offered("flake.nix", marked);
  }

  private List<String> offered(String file, String marked) {
    int offset = marked.indexOf('¦');
    return Completer.at(flake.scope(file, marked.replace("¦", "")), offset).stream()
        .flatMap(found -> found.items().stream())
        .map(Completion.Item::name)
        .toList();
  }

  private List<String> faults(String value) {
    var text = inFlake(value);
    return Faults.in(flake.scope(text), Path.of("/f/flake.nix")).faults().stream()
        .map(fault -> text.substring(fault.start(), fault.end()) + ": " + fault.message())
        .toList();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "builtins.getAttr \"we¦\" self.nixosConfigurations",
        "builtins.getAttr \"¦\" self.nixosConfigurations",
        "lib.hasAttr \"web¦\" (self.nixosConfigurations)",
        "builtins.elem \"w¦\" (builtins.attrNames self.nixosConfigurations)",
        "let c = self.nixosConfigurations; in builtins.getAttr ''¦'' c"
      })
  void nameThatAFunctionSelectsBy_isCompleted(String value) {
    assertThat(offered(inFlake(value))).contains("web01", "web02");
  }

  @ParameterizedTest
  @ValueSource(strings = {"hosts.nix", "parts/hosts.nix"})
  void with_inAnotherFile_makesNames(String file) {
    for (var text :
        List.of(
            "{ self, ... }: { x = with self.nixosConfigurations; ¦; }",
            "{ self, ... }: with self.nixosConfigurations; { x = ¦; }",
            "{ self }: { flake.x = with self.nixosConfigurations; [ ¦ ]; }")) {
      assertThat(offered(file, text)).as(text).contains("web01", "web02");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ inherit (self) nixosC¦; }",
        "{ inherit (inputs.self) nixosC¦; }",
        "let inherit (self) nixosC¦; in 1",
        "with self; nixosC¦",
        "with self; with lib; [ nixosC¦ ]",
        "self ? nixosC¦",
        "(self).nixosC¦",
        "let me = self; in me.nixosC¦",
        "let a = b; b = c; c = self; in a.nixosC¦",
        "let inherit (inputs) self; in self.nixosC¦",
        "args.self.nixosC¦",
        "rec { me = self; y = me.nixosC¦; }",
        "let me.too = self; in me.too.nixosC¦",
        "let me = self; in { y = { z }: let k = 1; in [ (me.nixosC¦) ]; }"
      })
  void outputs_areOffered(String value) {
    assertThat(offered(inFlake(value))).containsExactly("nixosConfigurations");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{ inherit (self.nixosConfigurations) web01 we¦; }",
        "{ inherit (self.nixosConfigurations) \"we¦\"; }",
        "with self; nixosConfigurations.we¦",
        "with self.nixosConfigurations; we¦",
        "with self.nixosConfigurations; ¦",
        "with self.nixosConfigurations; [ ¦ ]",
        "with self; with self.nixosConfigurations; ¦",
        "with self.nixosConfigurations; f ¦ 1",
        "map (h: self.nixosConfigurations.${h}) [ ''we¦'' ]",
        "map (h: self.nixosConfigurations.${h}) [ ''¦'' ]",
        "map (h: self.nixosConfigurations.${h}) [ \"¦\" ]",
        "self.nixosConfigurations.${''we¦''}",
        "self.nixosConfigurations.${''¦''}",
        "self.nixosConfigurations ? we¦",
        "(self.nixosConfigurations).we¦",
        "self.nixosConfigurations.${\"we¦\"}",
        "let inherit (self) nixosConfigurations; in nixosConfigurations.we¦",
        "assert true; with self; with self.nixosConfigurations; we¦",
        "let hosts = (self.nixosConfigurations); inherit (hosts) we¦; in 1",
        "map (h: self.nixosConfigurations.${h}) [ \"web01\" \"we¦\" ]",
        "map (h: with lib; self.nixosConfigurations.${h}.config) [ \"we¦\" ]",
        "map (h: self.nixosConfigurations.${h}) [ ''web02'' \"we¦\" ]",
        "lib.genAttrs [ ''we¦'' ''b'' ] (h: self.nixosConfigurations.${h}.config)",
        "lib.genAttrs [ \"we¦\" ] (h: self.nixosConfigurations.${h}.config)"
      })
  void hosts_areOffered(String value) {
    assertThat(offered(inFlake(value))).contains("web01").doesNotContain("packages");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "let cfg = self.nixosConfigurations.web01.config; in cfg.us¦",
        "let inherit (self.nixosConfigurations) web01; in web01.config.us¦",
        "builtins.mapAttrs (n: v: v.config.us¦) self.nixosConfigurations",
        "lib.mapAttrsToList (n: v: v.config.us¦) (self.nixosConfigurations)",
        "map (v: v.config.us¦) (builtins.attrValues self.nixosConfigurations)"
      })
  void options_areOffered(String value) {
    assertThat(offered(inFlake(value))).containsExactly("users");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "let self = f x; in self.nixosC¦",
        "let a = a; in a.nixosC¦",
        "let a = b; b = a; in a.nixosC¦",
        "let me = self x; in me.nixosC¦",
        "let me = self; in 1; y = me.nixosC¦",
        "(let me = self; in 1) me.nixosC¦",
        "with self; let nixosC = 1; in nixosC¦",
        "with self; nixosC: nixosC¦",
        "with f self; nixosC¦",
        "f (n: v: v.config.us¦) self.nixosConfigurations",
        "mapAttrs (n: v: n.config.us¦) self.nixosConfigurations",
        "map (h: h) [ \"we¦\" ]",
        "{ x ? nixosC¦ }: x",
        "{ me = self; y = me.nixosC¦; }"
      })
  void nothingIsOffered_whereANameMeansSomethingElse(String value) {
    assertThat(offered(inFlake(value))).isEmpty();
  }

  @Test
  void nameThatNeedsQuotes_isWrittenSoThatItCanBe() {
    assertThat(written("with self.nixosConfigurations; a¦"))
        .isEqualTo("self.nixosConfigurations.\"a.b\"");
    assertThat(written("{ inherit (self.nixosConfigurations) a¦; }")).isEqualTo("\"a.b\"");
    assertThat(written("self.nixosConfigurations.${\"a¦\"}")).isEqualTo("\"a.b\"");
    assertThat(written("self.nixosConfigurations.${''a¦''}")).isEqualTo("\"a.b\"");
    assertThat(written("map (h: self.nixosConfigurations.${h}) [ \"a¦\" ]")).isEqualTo("a.b");
    assertThat(written("map (h: self.nixosConfigurations.${h}) [ ''a¦'' ]")).isEqualTo("a.b");
  }

  private String written(String value) {
    var marked = inFlake(value);
    return Completer.at(flake.scope(marked.replace("¦", "")), marked.indexOf('¦')).stream()
        .flatMap(found -> found.items().stream())
        .filter(item -> item.name().equals("a.b"))
        .map(Completion.Item::text)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void unknownNames_areFaults_whereTheTextWantsThem() {
    var web1 = "web1: the flake has no host 'web1'; did you mean 'web01'?";
    assertThat(faults("{ inherit (self.nixosConfigurations) web01 web1; }")).containsExactly(web1);
    assertThat(faults("(self.nixosConfigurations).web1.config")).containsExactly(web1);
    assertThat(faults("let hosts = self.nixosConfigurations; in hosts.web1")).containsExactly(web1);
    assertThat(faults("let host = self.nixosConfigurations.web1; in host.config + host.options"))
        .containsExactly(web1);
    assertThat(faults("self.nixosConfigurations.${\"web1\"}"))
        .containsExactly(web1.replace("web1:", "${\"web1\"}:"));
    assertThat(faults("self.nixosConfigurations.${''web1''}"))
        .containsExactly(web1.replace("web1:", "${''web1''}:"));
    assertThat(faults("self.nixosConfigurations.${''  web01''}")).isEmpty();
    assertThat(faults("args.self.nixosConfigurations.web1")).containsExactly(web1);
    for (var fine :
        Stream.of(
                "with self.nixosConfigurations; web1.config",
                "with self; nixosConfigurations.web1",
                "self.nixosConfigurations ? web1",
                "(self.nixosConfigurations) ? web1",
                "(self.nixosConfigurations).web1 or null",
                "{ inherit (f self.nixosConfigurations) web1; }",
                "let self = f; in self.nixosConfigurations.web1",
                "mapAttrs (n: v: v.config.web1) self.nixosConfigurations")
            .toList()) {
      assertThat(faults(fine)).as(fine).isEmpty();
    }
  }

  @Test
  void host_isFoundWhereverItIsNamed() {
    var text =
        inFlake(
            "{ inherit (self.nixosConfigurations) web01; a = self.nixosConfigurations.${\"web01\"};"
                + " b = with self.nixosConfigurations; web01; c = map (h:"
                + " self.nixosConfigurations.${h}) [ \"web01\" ]; d = web01: web01; }");
    var scope = flake.scope(text);
    var subject = References.at(scope, text.indexOf("web01") + 1).orElseThrow();
    assertThat(References.of(scope, subject)).hasSize(4);
  }

  @Test
  void nameThatAWithMayHaveMade_isNotSaidToBeMissing() {
    var text = inFlake("with self; mapAttrs");
    flake.failing(
        "mapAttrs",
        new FlakeView.Failure(
            "no", java.util.Optional.empty(), true, List.of(), java.util.Optional.empty()));
    assertThat(Hovers.at(flake.scope(text), text.indexOf("mapAttrs") + 2)).isEmpty();
  }
}
