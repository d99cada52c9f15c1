package dev.arda.nix.flake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixErrorDetail;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.ValueEncoding;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Selecting from real flakes with a real Nix. */
class SelectTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_oneOfSeveralFails_theOthersHaveTheirValues(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(
              sandbox,
              """
              { a = 1; th = throw "boom"; ab = abort "stop"; bad = 1 + "x"; loop = let x = x; in x;
                deep = let f = n: [ (f (n + 1)) ]; in f 0; list = [ 1 2 ]; z = "end"; fn = x: x; }
              """);

      var result =
          select(
              context,
              List.of(
                  "a", "th", "{a", "ab", "list.1", "bad", "loop", "missing", "fn", "deep", "z"));

      assertThat(result.values).isEqualTo(Map.of(0, "1", 4, "2", 10, "\"end\""));
      assertThat(reasons(result))
          .isEqualTo(
              Map.of(
                  1, Reason.EVALUATION_FAILED,
                  2, Reason.SELECTOR_INVALID,
                  3, Reason.EVALUATION_FAILED,
                  5, Reason.EVALUATION_FAILED,
                  6, Reason.EVALUATION_RECURSION,
                  7, Reason.ATTRIBUTE_MISSING,
                  8, Reason.VALUE_NOT_SERIALISABLE,
                  9, Reason.EVALUATION_RECURSION));
      assertThat(result.failure(1)).hasMessageContaining("boom");
      assertThat(result.failure(3)).hasMessageContaining("stop");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_throw_saysWhereInTheWorkingTree(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context = flake(sandbox, "{\n  deep.er = throw \"boom\";\n}");

      var result = select(context, List.of("deep.er"));

      NixErrorDetail detail = result.failure(0).nixError().orElseThrow();
      assertThat(detail.message()).isEqualTo("boom");
      assertThat(detail.position())
          .hasValueSatisfying(position -> {
            assertThat(position.file()).isEqualTo(context.cwd().resolve("flake.nix").toString());
            assertThat(position.line()).isEqualTo(3);
          });
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_nameOneLetterOff_suggestsTheRightOneAndPointsAtIt(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(sandbox, "{ hosts.web01.config.networking.hostName = \"web01\"; }");

      var result =
          select(
              context,
              List.of(
                  "hosts.web01.config.networking.hostNam", "hosts.{web02}.config", "hosts.qqqqqq"));

      assertThat(result.failure(0))
          .hasMessage("attribute 'hostNam' missing in hosts.web01.config.networking")
          .asInstanceOf(InstanceOfAssertFactories.type(FlakeException.class))
          .satisfies(failure -> {
            var fault = failure.selectorFault().orElseThrow();
            assertThat(fault.candidates()).containsExactly("hostName");
            assertThat(fault.suggestion()).isEqualTo("hostName");
            assertThat(fault.offset()).isEqualTo(30);
            assertThat(fault.length()).isEqualTo(7);
          });
      assertThat(((FlakeException) result.failure(1)).selectorFault().orElseThrow())
          .satisfies(fault -> {
            assertThat(fault.offset()).isEqualTo(7);
            assertThat(fault.suggestion()).isEqualTo("web01");
          });
      assertThat(((FlakeException) result.failure(2)).selectorFault().orElseThrow().candidates())
          .isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_hostileNames_areData(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(
              sandbox,
              """
              { "''${x}" = 1; "''" = 2; "a\\"b" = 3; "new\\nline" = 4; "-x" = 5; "😀" = 6; "; throw 1" = 7; "$" = 8;
                "\\\\" = 9; "tab\\there" = 10; a."2" = "wrong"; }
              """
                  .replace("''${x}", "\\${x}"));
      var selectors =
          List.of(
              "\"${x}\"",
              "''",
              "\"a\\\"b\"",
              "\"new\nline\"",
              "-x",
              "😀",
              "; throw 1",
              "$",
              "\"\\\\\"",
              "\"tab\there\"",
              "a.${toString (1+1)}",
              "nul\0name",
              "x".repeat(10_000),
              "?" + "ü".repeat(10_000),
              "{?'',?\"${x}\"}");

      var result = select(context, selectors);

      for (int i = 0; i < 10; i++) {
        assertThat(result.outcome(i)).as(selectors.get(i)).isEqualTo(Integer.toString(i + 1));
      }
      assertThat(result.failure(10).reason()).isEqualTo(Reason.ATTRIBUTE_MISSING);
      assertThat(result.failure(11)).hasMessageContaining("NUL");
      assertThat(result.failure(12).reason()).isEqualTo(Reason.ATTRIBUTE_MISSING);
      assertThat(result.outcome(13)).isEqualTo("{}");
      assertThat(result.outcome(14)).isEqualTo("{\"${x}\":1,\"''\":2}");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_values_surviveExactly(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(
              sandbox,
              """
              { big = 9223372036854775807; small = (-9223372036854775807) - 1; float = 1.5; tiny = 1.0e-7; nothing = null;
                text = "a\\nb\\"c\\\\ é 😀 \\t\\r"; yes = true; control = builtins.fromJSON ''"\\u001b[31m\\u0001"'';
                "!" = 1; "=" = 2; marked = { "!" = "error"; kind = "x"; }; }
              """);

      var result =
          select(
              context,
              List.of(
                  "big", "small", "float", "tiny", "nothing", "text", "yes", "control", "\"!\"",
                  "=", "marked"));

      assertThat(result.failures).isEmpty();
      assertThat(result.values.values())
          .containsExactly(
              "9223372036854775807",
              "-9223372036854775808",
              "1.5",
              "1e-07",
              "null",
              "\"a\\nb\\\"c\\\\ é 😀 \\t\\r\"",
              "true",
              "\"\\u001b[31m\\u0001\"",
              "1",
              "2",
              "{\"!\":\"error\",\"kind\":\"x\"}");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_twentyMegabytes_surviveExactly(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(
              sandbox,
              """
              { string = builtins.concatStringsSep "" (builtins.genList (n: "0123456789") 2000000);
                list = builtins.genList (n: { index = n; name = "element ${toString n}"; }) 100000; }
              """);

      var result = select(context, List.of("string", "list"));

      assertThat(result.failures).isEmpty();
      assertThat(result.values.get(0)).isEqualTo("\"" + "0123456789".repeat(2_000_000) + "\"");
      assertThat(result.values.get(1))
          .startsWith("[{\"index\":0,\"name\":\"element 0\"},{\"index\":1")
          .endsWith("{\"index\":99999,\"name\":\"element 99999\"}]");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_derivations_buildNothing_realiseBuildsWhatTheAnswerMentions(Path nix)
      throws Exception {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(
              sandbox,
              """
              let drv = name: script: derivation { inherit name; system = builtins.elemAt [ "x86_64-linux" ] 0; builder = "/bin/sh"; args = [ "-c" script ]; PATH = "/usr/bin:/bin"; }; in
              { good = drv "good" "echo built > $out"; text = "see ${drv "inner" "echo inner > $out"}/x";
                bad = drv "bad" "echo compile error >&2; exit 3"; plain = 1; nested = { a = drv "nested" "echo > $out"; n = 1; }; }
              """
                  .replace("x86_64-linux", system(nix, sandbox)));
      var selectors = List.of("good", "text", "bad", "plain", "good.drvPath", "nested");

      var evaluated = select(context, selectors, false, ValueEncoding.JSON);

      assertThat(evaluated.failures).isEmpty();
      String good = unquote(evaluated.outcome(0));
      String inner = unquote(evaluated.outcome(1)).replaceAll(".*see (.*)/x", "$1");
      assertThat(Path.of(good)).doesNotExist();
      assertThat(Path.of(inner)).doesNotExist();

      var drvOnly = select(context, List.of("good.drvPath"), true, ValueEncoding.JSON);
      assertThat(Path.of(unquote(drvOnly.outcome(0)))).exists();
      assertThat(Path.of(good)).as("a bare drvPath builds nothing").doesNotExist();

      var realised = select(context, selectors, true, ValueEncoding.JSON);
      assertThat(realised.failures).containsOnlyKeys(2);
      assertThat(Files.readString(Path.of(good))).isEqualTo("built\n");
      assertThat(Path.of(inner)).exists();
      assertThat(realised.realised.get(0)).containsExactly(good);
      assertThat(realised.realised.get(1)).containsExactly(inner);
      assertThat(realised.realised.get(3)).isEmpty();
      assertThat(realised.failure(2).reason()).isEqualTo(Reason.BUILD_FAILED);
      assertThat(realised.failure(2)).hasMessageContaining("bad");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_typed_marksWhatJsonHasNoFormFor(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(
              sandbox,
              """
              { fn = x: x; set = { a = 1; g = x: x; list = [ { } ]; }; op = { outPath = "o"; a = 1; }; ts = { __toString = self: "t"; };
                drv = derivation { name = "d"; system = "s"; builder = "b"; }; }
              """);

      var result =
          select(
              context,
              List.of("fn", "set", "op", "op.*", "ts", "drv.name", "drv"),
              false,
              ValueEncoding.TYPED);

      assertThat(result.failures).isEmpty();
      assertThat(result.outcome(0)).isEqualTo("{\"function\":{}}");
      assertThat(result.outcome(1))
          .isEqualTo("{\"attrs\":{\"a\":1,\"g\":{\"function\":{}},\"list\":[{\"attrs\":{}}]}}");
      assertThat(result.outcome(2)).isEqualTo("{\"outPath\":\"o\"}");
      assertThat(result.outcome(3)).isEqualTo("{\"attrs\":{\"a\":1,\"outPath\":\"o\"}}");
      assertThat(result.outcome(4)).isEqualTo("{\"toString\":\"t\"}");
      assertThat(result.outcome(5)).isEqualTo("\"d\"");
      assertThat(result.outcome(6))
          .startsWith("{\"derivation\":{\"drvPath\":\"")
          .contains("\"name\":\"d\"", "\"outPath\":\"", "\"outputName\":\"out\"");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_brokenFlakes_haveReasonsOfTheirOwn(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      sandbox.write("syntax/flake.nix", "{ outputs = { self }: { a = 1; ");
      sandbox.write("notaflake/flake.nix", "{ foo = 1; }");
      sandbox.write("empty/file", "");
      sandbox.write("untracked/flake.nix", "{ outputs = { self }: { a = 1; }; }");
      sandbox.run(sandbox.work().resolve("untracked"), "git", "init", "-q");
      sandbox.write("import/flake.nix", "{ outputs = { self }: { a = import ./x.nix; }; }");
      sandbox.run(sandbox.work().resolve("import"), "git", "init", "-q");
      sandbox.run(sandbox.work().resolve("import"), "git", "add", "flake.nix");
      sandbox.write("import/x.nix", "1");
      sandbox.write(
          "unlocked/flake.nix",
          "{ inputs.x.url = \"git+file:///nonexistent/x\"; outputs = { self, x }: { }; }");
      CallContext context = sandbox.context(sandbox.work());

      assertReason(context, "./nonexistent", Reason.FLAKE_SOURCE_MISSING, "nonexistent");
      assertReason(
          context,
          "path:" + sandbox.work() + "/nonexistent",
          Reason.FLAKE_SOURCE_MISSING,
          "nonexistent");
      assertReason(context, "./empty", Reason.FLAKE_FILE_MISSING, "empty");
      assertReason(context, "path:./empty", Reason.FLAKE_FILE_MISSING, "empty");
      assertReason(context, "", Reason.FLAKE_NOT_FOUND, "--flake");
      assertReason(context, "./syntax", Reason.FLAKE_INVALID, "syntax error");
      assertReason(context, "./notaflake", Reason.FLAKE_INVALID, "lacks attribute 'outputs'");
      assertReason(context, "./untracked", Reason.FLAKE_FILE_UNTRACKED, "git -C");
      assertReason(context, "./import#a", Reason.FLAKE_REF_INVALID, "'a'");
      assertReason(context, "bar:baz", Reason.FLAKE_REF_INVALID, "bar:baz");
      assertReason(context, "--help", Reason.FLAKE_REF_INVALID, "--help");

      var imported = select(context, "./import", List.of("a"));
      assertThat(imported.failure(0).reason()).isEqualTo(Reason.FLAKE_FILE_UNTRACKED);
      assertThat(imported.failure(0)).hasMessageContaining("import/x.nix");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_aFileOfASubmodule_saysHowNixSeesIt(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      sandbox.allowSubmodulesOfFiles();
      sandbox.write("inner/x.nix", "1");
      var inner = sandbox.work().resolve("inner");
      sandbox.run(inner, "git", "init", "-q");
      sandbox.run(inner, "git", "add", ".");
      sandbox.run(inner, "git", "commit", "-qm", "x");
      sandbox.write("super/flake.nix", "{ outputs = { self }: { a = import ./sub/x.nix; }; }");
      var outer = sandbox.work().resolve("super");
      sandbox.run(outer, "git", "init", "-q");
      sandbox.run(
          outer,
          "git",
          "-c",
          "protocol.file.allow=always",
          "submodule",
          "add",
          "-q",
          inner.toString(),
          "sub");
      sandbox.run(outer, "git", "add", ".");
      CallContext context = sandbox.context(sandbox.work());

      var without = select(context, "./super", List.of("a")).failure(0);
      assertThat(without.reason()).isEqualTo(Reason.FLAKE_FILE_UNTRACKED);
      assertThat(without)
          .hasMessageContaining(
              "exists but belongs to the git submodule %s, which Nix leaves out; ask for it with ?submodules=1",
              outer.resolve("sub"))
          .hasMessageNotContaining("git -C");
      var with = "git+file://" + outer + "?submodules=1";
      assertThat(select(context, with, List.of("a")).values).hasSize(1);
      sandbox.write("super/flake.nix", "{ outputs = { self }: { a = import ./sub/y.nix; }; }");
      sandbox.write("super/sub/y.nix", "2");
      assertThat(select(context, with, List.of("a")).failure(0))
          .hasMessageContaining("git -C " + outer.resolve("sub") + " add y.nix");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_defaultFlake_isTheEnvironmentsThenTheNearest(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      sandbox.write("outer/flake.nix", "{ outputs = { self }: { n = \"outer\"; }; }");
      sandbox.write("outer/a/b/file", "");
      sandbox.write("named/flake.nix", "{ outputs = { self }: { n = \"named\"; }; }");
      sandbox.write("clan/flake.nix", "{ outputs = { self }: { n = \"clan\"; }; }");
      Path below = sandbox.work().resolve("outer/a/b");

      assertThat(select(sandbox.context(below), "", List.of("n")).outcome(0))
          .isEqualTo("\"outer\"");
      assertThat(
              select(
                      with(sandbox, below, Map.of("CLAN_DIR", sandbox.work() + "/clan")),
                      "",
                      List.of("n"))
                  .outcome(0))
          .isEqualTo("\"clan\"");
      assertThat(
              select(
                      with(
                          sandbox,
                          below,
                          Map.of(
                              "CLAN_DIR", sandbox.work() + "/clan",
                              "ARDA_FLAKE", sandbox.work() + "/named")),
                      "",
                      List.of("n"))
                  .outcome(0))
          .isEqualTo("\"named\"");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_directoriesWithSpecialNames_areFound(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      for (String name : List.of("with space", "a#b", "a?b", "100%", "ünï")) {
        sandbox.write(name + "/flake.nix", "{ outputs = { self }: { n = 1; }; }");
        sandbox.write("git " + name + "/flake.nix", "{ outputs = { self }: { n = 2; }; }");
        sandbox.run(sandbox.work().resolve("git " + name), "git", "init", "-q");
        sandbox.run(sandbox.work().resolve("git " + name), "git", "add", "-A");
        Path plain = sandbox.work().resolve(name);
        Path git = sandbox.work().resolve("git " + name);

        assertThat(select(sandbox.context(plain), "", List.of("n")).outcome(0))
            .as(name)
            .isEqualTo("1");
        if (sandbox.run(git, nix.toString(), "--version").contains(" 2.8.")) {
          // So does its own command line.
          assertReason(sandbox.context(git), "", Reason.FLAKE_REF_INVALID, "not a valid URL");
        } else {
          assertThat(select(sandbox.context(git), "", List.of("n")).outcome(0))
              .as("git " + name)
              .isEqualTo("2");
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void select_purity_dependsOnTheOption(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext pure =
          flake(sandbox, "{ home = builtins.getEnv \"HOME\"; system = builtins ? currentSystem; }");
      var options =
          new NixOptions(
              List.of(), List.of(), true, false, false, false, Optional.empty(), false, false);

      assertThat(select(pure, List.of("home", "system")).values.values())
          .containsExactly("\"\"", "false");
      assertThat(
              select(sandbox.context(pure.cwd(), options), "", List.of("home", "system"))
                  .values
                  .values())
          .containsExactly('"' + pure.environment().get("HOME") + '"', "true");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void complete_names_areThoseOfTheParent(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(
              sandbox,
              "{ hosts = { web01 = throw \"not asked\"; web02 = 1; db = 2; \"a b\" = 3; }; list = ["
                  + " 1 2 ]; }");
      var flakes = TestFlakes.create();

      assertThat(names(flakes.complete(context, "", "hosts.w", java.time.Duration.ofSeconds(20))))
          .containsExactly("hosts.web01", "hosts.web02");
      assertThat(names(flakes.complete(context, "", "hosts.", java.time.Duration.ofSeconds(20))))
          .containsExactly("hosts.\"a b\"", "hosts.db", "hosts.web01", "hosts.web02");
      assertThat(
              names(
                  flakes.complete(context, "", "hosts.{web01,d", java.time.Duration.ofSeconds(20))))
          .containsExactly("hosts.{web01,db");
      assertThat(
              names(flakes.complete(context, "", "hosts.web01.", java.time.Duration.ofSeconds(20))))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void complete_revision_changesWithTheState(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context = flake(sandbox, "{ hosts = { web01 = 1; }; }");
      var flakes = TestFlakes.create();
      var wait = java.time.Duration.ofSeconds(60);
      var first = flakes.complete(context, "", "hosts.", wait);

      assertThat(first.revision()).isNotEmpty();
      assertThat(flakes.complete(context, "", "hosts.", wait).revision())
          .isEqualTo(first.revision());
      assertThat(flakes.complete(context, "", "", wait).revision()).isNotEqualTo(first.revision());
      flake(sandbox, "{ hosts = { web02 = 1; }; }");
      var second = flakes.complete(context, "", "hosts.", wait);
      assertThat(second.names()).containsExactly("web02");
      assertThat(second.revision()).isNotEqualTo(first.revision());
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void flake_selectMachineAndUser_startAtTheirConfigurations(Path nix) {
    try (var sandbox = NixSandbox.create(nix)) {
      CallContext context =
          flake(
              sandbox,
              "{ nixosConfigurations.\"web.1\".config.n = 1; homeConfigurations.\"bob@db\".config.n"
                  + " = 2; }");
      var flake = new Flake(TestFlakes.create(), context, "");

      assertThat(flake.selectMachine("web.1", "config.n")).isEqualTo("1");
      assertThat(flake.selectUser("bob@db", "config.n")).isEqualTo("2");
      assertThatThrownBy(() -> flake.select("nope"))
          .isInstanceOf(FlakeException.class)
          .hasMessage("attribute 'nope' missing in the flake");
      assertThat(flake.metadata().state().storePath()).startsWith(sandbox.store().toString());
    }
  }

  private static List<String> names(Flakes.Completions completions) {
    return completions.candidates().stream().map(Flakes.Candidate::selector).toList();
  }

  private static CallContext flake(NixSandbox sandbox, String outputs) {
    Path file = sandbox.write("flake/flake.nix", "{ outputs = { self }:\n" + outputs + "; }\n");
    return sandbox.context(file.resolveSibling(".").normalize());
  }

  private static CallContext with(NixSandbox sandbox, Path cwd, Map<String, String> more) {
    var environment = new java.util.HashMap<>(sandbox.environment());
    environment.putAll(more);
    return new CallContext(cwd, Optional.of(sandbox.nix()), NixOptions.NONE, environment);
  }

  private static void assertReason(CallContext context, String ref, Reason reason, String part) {
    assertThatThrownBy(() -> select(context, ref, List.of("a")))
        .as(ref)
        .isInstanceOfSatisfying(
            FlakeException.class,
            failure -> assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason))
        .hasMessageContaining(part);
  }

  private static RecordingListener select(CallContext context, List<String> selectors) {
    return select(context, "", selectors);
  }

  private static RecordingListener select(CallContext context, String ref, List<String> selectors) {
    var listener = new RecordingListener();
    TestFlakes.create()
        .select(context, new SelectionRequest(ref, selectors, false, ValueEncoding.JSON), listener);
    return listener;
  }

  private static RecordingListener select(
      CallContext context, List<String> selectors, boolean realise, ValueEncoding encoding) {
    var listener = new RecordingListener();
    TestFlakes.create()
        .select(context, new SelectionRequest("", selectors, realise, encoding), listener);
    return listener;
  }

  private static Map<Integer, Reason> reasons(RecordingListener listener) {
    var result = new java.util.TreeMap<Integer, Reason>();
    listener.failures.forEach((index, failure) -> result.put(index, failure.reason()));
    return result;
  }

  private static String unquote(String json) {
    return json.substring(1, json.length() - 1);
  }

  private static String system(Path nix, NixSandbox sandbox) {
    return sandbox
        .run(
            sandbox.work(),
            nix.toString(),
            "eval",
            "--impure",
            "--raw",
            "--expr",
            "builtins.currentSystem")
        .strip();
  }
}
