package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.flake.Flakes.Candidate;
import dev.arda.nix.flake.Flakes.Described;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.Reason;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a cursor is told, by real Nix programs. */
class CursorQuestionsTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private final NixFlakes flakes = TestFlakes.create();

  private static CallContext flake(NixSandbox sandbox, String outputs) {
    Path file = sandbox.write("f/flake.nix", "{\n  outputs = { self }:\n" + outputs + ";\n}\n");
    return sandbox.context(file.resolveSibling(".").normalize());
  }

  private List<String> names(CallContext context, String prefix) {
    return flakes.complete(context, ".", prefix, LONG).candidates().stream()
        .map(Candidate::name)
        .toList();
  }

  private Description description(CallContext context, String selector) {
    return flakes.describe(context, ".", selector, LONG).description().orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void complete_namesKindAndSegment(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(
              sandbox,
              """
              {
                nixosConfigurations = { web01.config.a = 1; "db.example.org".config.b = throw "never looked at"; };
                inputsLike = { };
              }\
              """);
      var found = flakes.complete(context, ".", "nixosConfigurations.", LONG);
      assertThat(found.candidates())
          .containsExactly(
              new Candidate(
                  "db.example.org",
                  "nixosConfigurations.\"db.example.org\"",
                  "\"db.example.org\"",
                  AttributeKind.HOST),
              new Candidate("web01", "nixosConfigurations.web01", "web01", AttributeKind.HOST));
      assertThat(found.incomplete()).isFalse();
      assertThat(found.freshness()).isEqualTo(Freshness.CURRENT);
      assertThat(found.segmentOffset()).isEqualTo("nixosConfigurations.".length());
      assertThat(names(context, "nixosConfigurations.*.config.")).containsExactly("a", "b");
      assertThat(names(context, "")).contains("nixosConfigurations", "inputs");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void complete_behindAnyElement_offersTheNamesOfAll(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context = flake(sandbox, "{ list = [ { a = 1; } { b.c = 2; } 3 ]; none = [ ]; }");
      assertThat(names(context, "list.*.")).containsExactly("a", "b");
      assertThat(names(context, "list.1.")).containsExactly("b");
      assertThat(names(context, "list.*.b.")).containsExactly("c");
      assertThat(names(context, "none.*.")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void complete_brokenState_offersEarlierNames(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context = flake(sandbox, "{ hosts = { a = 1; b = 2; }; }");
      assertThat(names(context, "hosts.")).containsExactly("a", "b");
      assertThat(description(context, "hosts").count()).isEqualTo(2);

      flake(sandbox, "{ hosts = throw \"broken by its author\"; }");
      var broken = flakes.complete(context, ".", "hosts.", LONG);
      assertThat(broken.candidates()).extracting(Candidate::name).containsExactly("a", "b");
      assertThat(broken.freshness()).isEqualTo(Freshness.EARLIER);
      Described described = flakes.describe(context, ".", "hosts", LONG);
      assertThat(described.failure().orElseThrow().getMessage()).contains("broken by its author");
      flake(sandbox, "{ hosts = { a = 1 b = 2; }; }");
      var unreadable = flakes.complete(context, ".", "hosts.", LONG);
      assertThat(unreadable.candidates()).extracting(Candidate::name).containsExactly("a", "b");
      assertThat(unreadable.freshness()).isEqualTo(Freshness.EARLIER);
      var fault = flakes.describe(context, ".", "hosts", LONG);
      assertThat(fault.failure().orElseThrow().toString()).contains("syntax error");
      assertThat(fault.description()).isPresent();

      flake(sandbox, "{ hosts = { c = 3; }; }");
      var repaired = flakes.complete(context, ".", "hosts.", LONG);
      assertThat(repaired.candidates()).extracting(Candidate::name).containsExactly("c");
      assertThat(repaired.freshness()).isEqualTo(Freshness.CURRENT);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void answersWithinTheBudget_andKnowsLater(Path nix) throws InterruptedException {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context = flake(sandbox, "{ hosts = { a = 1; }; }");
      var hasty = flakes.complete(context, ".", "hosts.", Duration.ofNanos(1));
      assertThat(hasty.candidates()).isEmpty();
      assertThat(hasty.incomplete()).isTrue();
      assertThat(hasty.freshness()).isEqualTo(Freshness.UNKNOWN);
      assertThat(flakes.describe(context, ".", "hosts", Duration.ofNanos(1)).freshness())
          .isEqualTo(Freshness.UNKNOWN);
      assertThat(names(context, "hosts.")).containsExactly("a");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void describe_saysWhatAValueIs(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(
              sandbox,
              """
              {
                s = "a \\"quoted\\" text";
                n = 9007199254740993;
                set = { b = throw "never looked at"; a = 1; };
                list = [ 1 "x" (throw "shown as nothing") { } ];
                f = x: x;
                password = "hunter2";
                drv = derivation { name = "tool-1.2"; version = "1.2"; system = "s"; builder = "b"; }
                  // { meta.description = "A tool."; };
                nixosConfigurations.web = {
                  config.port = 80;
                  options.port = { _type = "option"; type.description = "a port"; description.text = "Where it listens."; };
                };
                hosts = { a.port = 1; b.port = 2; c.port = 1; };
                mail = { credentials.pass = "hunter2"; authKey = "hunter2"; url = "https://me:hunter2@example.org/"; };
                key = "-----BEGIN OPENSSH PRIVATE KEY-----\\nhunter2\\n";
                commands = [ "curl -H 'Authorization: Bearer hunter2hunter2'" ];
                mixed = { a.port = 1; b.port = throw "no port"; c = { }; };
              }\
              """);
      assertThat(description(context, "s"))
          .matches(
              d -> d.type().equals("string") && d.preview().equals("\"a \\\"quoted\\\" text\""))
          .matches(d -> d.position().orElseThrow().line() == 4)
          .matches(d -> d.position().orElseThrow().file().endsWith("/f/flake.nix"));
      assertThat(description(context, "n").preview()).isEqualTo("9007199254740993");
      assertThat(description(context, "set").preview()).isEqualTo("{ a; b; }");
      assertThat(description(context, "set").count()).isEqualTo(2);
      assertThat(description(context, "list").preview()).isEqualTo("[ 1 \"x\" null <set> ]");
      assertThat(description(context, "f").type()).isEqualTo("lambda");
      assertThat(description(context, "password"))
          .matches(d -> d.secret() && !d.toString().contains("hunter2"));
      for (var hidden :
          List.of("mail.credentials.pass", "mail.authKey", "mail.url", "key", "commands")) {
        assertThat(description(context, hidden).toString()).as(hidden).doesNotContain("hunter2");
      }
      assertThat(description(context, "mail.url").preview())
          .isEqualTo("\"https://me:…@example.org/\"");
      var drv = description(context, "drv").derivation().orElseThrow();
      assertThat(drv)
          .isEqualTo(new Description.DerivationFacts("tool-1.2", "1.2", "A tool.", List.of("out")));
      var port = description(context, "nixosConfigurations.web.config.port");
      assertThat(port.preview()).isEqualTo("80");
      assertThat(port.option())
          .contains(new Description.OptionFacts("a port", "Where it listens.", ""));
      var each = description(context, "hosts.*.port");
      assertThat(each.type()).isEqualTo("each");
      assertThat(each.count()).isEqualTo(3);
      assertThat(each.each())
          .extracting(one -> one.name() + "=" + one.description().preview())
          .containsExactly("a=1", "b=2", "c=1");
      assertThat(description(context, "mixed.*.port").each())
          .extracting(one -> one.name() + " " + one.description().type())
          .containsExactly("a int", "b failed", "c missing");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void describe_whatIsNotThere_saysWhatIsMeant(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context = flake(sandbox, "{ hosts = { web01 = 1; }; }");
      var described = flakes.describe(context, ".", "hosts.web1", LONG);
      var failure = described.failure().orElseThrow();
      assertThat(failure.reason()).isEqualTo(Reason.ATTRIBUTE_MISSING);
      assertThat(described.freshness()).isEqualTo(Freshness.CURRENT);
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void importFromDerivation_isUnknown_andBuildsNothing(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(
              sandbox,
              """
              {
                imported = import (derivation {
                  name = "ifd"; system = "x86_64-linux"; builder = "/bin/sh"; args = [ "-c" "echo 1 > $out" ];
                });
              }\
              """);
      var described = flakes.describe(context, ".", "imported", LONG);
      assertThat(described.description()).isEmpty();
      assertThat(described.failure()).isEmpty();
    }
  }
}
