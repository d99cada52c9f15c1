package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;

import dev.arda.nix.flake.eval.PoolLimits;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.ValueEncoding;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Questions about many hosts, for which several evaluators work. */
class FleetTest {

  /** Helpers join in at once. */
  private static final PoolLimits EAGER =
      new PoolLimits(
          3,
          Long.MAX_VALUE,
          Long.MAX_VALUE,
          Duration.ofMinutes(30),
          Duration.ofSeconds(2),
          Duration.ZERO,
          Duration.ofSeconds(60),
          Duration.ofMinutes(1));

  private static final String FIFTY =
      """
      { hosts = builtins.listToAttrs (builtins.genList (h: let n = "host${toString h}"; in { name = n;
          value.config = { name = n; bad = if n == "host23" || n == "host31" then FAIL else h; }; }) 50); }
      """;

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_manyHosts_theAnswerOfSeveralProcessesIsThatOfOne(Path nix) {
    try (var warm = new WarmFlakes(nix, EAGER)) {
      CallContext context =
          warm.flake(
              "f",
              """
              let
                names = builtins.genList (n: "host${toString n}") 30 ++ [ "a b" "q\\"q" "é" "Z" "\\${x}" "new\\nline" ];
                sum = seed: builtins.foldl' (a: b: a + b) seed (builtins.genList (x: x) 30000);
                host = name: { config = { inherit name; n = sum (builtins.stringLength name); f = x: x; empty = { }; nested.a.b = [ name { } ]; };
                  bad = if name == "host17" || name == "host3" then throw "bad ${name}" else 1;
                  some = if name == "host7" then { } else { x = 1; }; };
                all = builtins.listToAttrs (map (name: { inherit name; value = host name; }) names);
              in { hosts = all; list = map host names; few = { a.x = 1; b.x = 2; }; out = all // { outPath = { config.n = 3; }; };
                mixed = all // { host9 = throw "lazy"; }; }
              """);
      var selectors =
          List.of(
              "hosts.*.config.n",
              "hosts.*.config.nested",
              "hosts.*.config.empty",
              "hosts.*.config.?none",
              "hosts.*.config.{name,?no}",
              "hosts.*.*.n",
              "hosts.*.config.f",
              "hosts.*.bad",
              "hosts.*.some.x",
              "hosts.*.none.x",
              "list.*.config.n",
              "list.*.config.nested.*",
              "list.*.bad",
              "few.*.x",
              "out.*.config.n",
              "mixed.*.config.n",
              "nope.*.config.n");
      for (ValueEncoding encoding : ValueEncoding.values()) {
        var request = new SelectionRequest("", selectors, false, encoding);
        var expected = new RecordingListener();
        var actual = new RecordingListener();
        warm.flakes(warm.oneShot).select(context, request, expected);
        warm.flakes(warm.pool).select(context, request, actual);

        for (int i = 0; i < selectors.size(); i++) {
          assertThat(named(describe(actual, i)))
              .as(selectors.get(i))
              .isEqualTo(named(describe(expected, i)));
        }
      }
      if (!warm.cold()) {
        assertThat(warm.fallenBack).hasValue(0);
        assertThat(warm.pids()).hasSize(2);
      }
    }
  }

  /** The value, or everything a user sees of the failure. */
  private static String describe(RecordingListener listener, int index) {
    NixException failure = listener.failures.get(index);
    if (failure == null) {
      return listener.outcome(index);
    }
    return listener.outcome(index)
        + failure.nixError().map(detail -> " at " + detail.position()).orElse("");
  }

  /** Only several evaluators know whose failure it is. */
  private static String named(String text) {
    return text.replaceFirst("cannot evaluate (hosts|list|mixed)\\.[^:]*:", "cannot evaluate $1:");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_oneHostOfFiftyFails_itsErrorNamesItAndTheOthersAreKnown(Path nix) {
    for (String failure : List.of("throw \"no disk\"", "abort \"no disk\"", "1 + \"x\"")) {
      try (var warm = new WarmFlakes(nix, EAGER)) {
        CallContext context = warm.flake("f", FIFTY.replace("FAIL", "(" + failure + ")"));
        NixFlakes flakes = warm.flakes(warm.pool);
        var whole = new RecordingListener();
        flakes.select(context, request("hosts.*.config.bad"), whole);

        if (warm.cold()) {
          assertThat(whole.outcome(0)).contains("cannot evaluate hosts.");
          continue;
        }
        assertThat(whole.outcome(0))
            .startsWith("EVALUATION_FAILED: cannot evaluate hosts.host23.config.bad: ");
        long asked = questions(warm);
        var others = new RecordingListener();
        flakes.select(
            context,
            request(
                "hosts.{host0,host1,host10}.config.bad",
                "hosts.host22.config.bad",
                "hosts.host2.config.bad"),
            others);
        assertThat(others.outcome(0)).isEqualTo("{\"host0\":0,\"host1\":1,\"host10\":10}");
        assertThat(others.outcome(1)).isEqualTo("22");
        assertThat(others.outcome(2)).isEqualTo("2");
        assertThat(questions(warm)).as("questions to evaluators").isEqualTo(asked);
      }
    }
  }

  private static SelectionRequest request(String... selectors) {
    return new SelectionRequest("", List.of(selectors), false, ValueEncoding.JSON);
  }

  private static long questions(WarmFlakes warm) {
    return warm.pool.status().stream().mapToLong(status -> status.questions()).sum()
        + warm.fallenBack.get();
  }
}
