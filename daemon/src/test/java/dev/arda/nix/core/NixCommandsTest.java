package dev.arda.nix.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.NixCommands.Evaluation;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.FlakeException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.NixOptions.InputOverride;
import dev.arda.nix.types.NixOptions.Setting;
import dev.arda.nix.types.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole argument list of every builder. */
class NixCommandsTest {

  /** As {@link NixTest} finds them. */
  private static final NixCapabilities OLD =
      new NixCapabilities(false, false, true, false, false, false);

  private static final NixCapabilities NEW =
      new NixCapabilities(true, true, true, true, true, true);

  private static final NixOptions ALL =
      new NixOptions(
          List.of(new Setting("cores", "2"), new Setting("keep-going", "-x")),
          List.of(new InputOverride("a/nixpkgs", "path:/n")),
          true,
          true,
          true,
          true,
          Optional.of("riscv64-linux"),
          false,
          true);

  @TempDir Path bin;
  private String nix = "";
  private String instantiate = "";
  private String store = "";

  @BeforeEach
  void install() throws Exception {
    for (var name : List.of("nix", "nix-instantiate", "nix-store")) {
      var file = Files.writeString(bin.resolve(name), "#!/bin/sh\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    nix = bin.resolve("nix").toString();
    instantiate = bin.resolve("nix-instantiate").toString();
    store = bin.resolve("nix-store").toString();
  }

  private NixCommands commands(NixCapabilities capabilities, NixOptions options) {
    return commands(capabilities, options, Map.of(), Optional.empty());
  }

  private NixCommands commands(
      NixCapabilities capabilities,
      NixOptions options,
      Map<String, String> environment,
      Optional<Path> testStore) {
    return new NixCommands(
        new NixPrograms(Path.of(nix), environment),
        () -> capabilities,
        options,
        NixVariables.of(environment),
        testStore);
  }

  /** {@code nix} and the features, then the rest. */
  private List<String> nix(String... rest) {
    return program(nix, rest);
  }

  private static List<String> program(String program, String... rest) {
    var result =
        new ArrayList<>(List.of(program, "--extra-experimental-features", "nix-command flakes"));
    result.addAll(List.of(rest));
    return result;
  }

  private static String[] all(String... parts) {
    return Stream.of(parts).flatMap(part -> Stream.of(part.split(" ", -1))).toArray(String[]::new);
  }

  private static final String SETTINGS =
      "--option cores 2 --option keep-going -x --option system riscv64-linux";
  private static final String NETWORK = "--offline --refresh";
  private static final String EVALUATION =
      SETTINGS
          + " --impure "
          + NETWORK
          + " --no-write-lock-file --override-input a/nixpkgs path:/n";
  private static final String NETWORK_SETTINGS =
      "--option tarball-ttl 0 --option narinfo-cache-negative-ttl 0"
          + " --option narinfo-cache-positive-ttl 0 --option substitute false"
          + " --option tarball-ttl 4294967295 --option download-attempts 0"
          + " --option connect-timeout 1";

  @Test
  void nixCommand_anything_getsTheFeaturesAndNothingElse() {
    assertThat(commands(NEW, NixOptions.NONE).nixCommand(List.of("store", "ping")))
        .isEqualTo(nix("store", "ping"));
    assertThat(commands(NEW, ALL).nixCommand(List.of("store", "ping")))
        .isEqualTo(nix("store", "ping"));
  }

  @Test
  void nixEval_noOptions_printsJsonAndBuildLogs() {
    assertThat(commands(NEW, NixOptions.NONE).nixEval(List.of("path:/f#x")))
        .isEqualTo(nix("eval", "--json", "--print-build-logs", "path:/f#x"));
  }

  @Test
  void nixEval_allOptions_takesThemAll() {
    assertThat(commands(OLD, ALL).nixEval(List.of("path:/f#x")))
        .isEqualTo(
            nix(all("eval --show-trace --json --print-build-logs", EVALUATION, "path:/f#x")));
  }

  @Test
  void nixEval_debug_showsTraces() {
    var debug =
        new NixOptions(
            List.of(), List.of(), false, false, false, false, Optional.empty(), true, false);
    assertThat(commands(NEW, debug).nixEval(List.of("x")))
        .isEqualTo(nix("eval", "--show-trace", "--json", "--print-build-logs", "x"));
  }

  @Test
  void nixEval_inSandbox_replacesNixpkgsIfItIsKnown() {
    var inside = Map.of("IN_NIX_SANDBOX", "1", "CLAN_NIXPKGS", "path:/clan");
    assertThat(commands(NEW, NixOptions.NONE, inside, Optional.empty()).nixEval(List.of("x")))
        .isEqualTo(
            nix(all("eval --json --print-build-logs --override-input nixpkgs path:/clan x")));

    var outside = Map.of("ARDA_NIXPKGS", "path:/n");
    assertThat(commands(NEW, NixOptions.NONE, outside, Optional.empty()).nixEval(List.of("x")))
        .isEqualTo(nix(all("eval --json --print-build-logs x")));

    var unknown = Map.of("IN_NIX_SANDBOX", "1");
    assertThat(commands(NEW, NixOptions.NONE, unknown, Optional.empty()).nixEval(List.of("x")))
        .isEqualTo(nix(all("eval --json --print-build-logs x")));
  }

  @Test
  void nixBuild_newNix_printsPaths() {
    assertThat(commands(NEW, NixOptions.NONE).nixBuild(List.of("x")))
        .isEqualTo(nix(all("build --print-out-paths --print-build-logs --no-link x")));
    assertThat(commands(NEW, ALL).nixBuild(List.of("x"), Path.of("/r")))
        .isEqualTo(
            nix(
                all(
                    "build --print-out-paths --print-build-logs --show-trace --out-link /r",
                    EVALUATION,
                    "x")));
  }

  @Test
  void nixBuild_oldNix_printsJson() {
    assertThat(commands(OLD, NixOptions.NONE).nixBuild(List.of("x")))
        .isEqualTo(nix(all("build --json --print-build-logs --no-link x")));
    assertThat(commands(OLD, NixOptions.NONE).nixBuild(List.of("x"), Path.of("/r")))
        .isEqualTo(nix(all("build --json --print-build-logs --out-link /r x")));
  }

  @Test
  void nixFlakeShow_allSystems_onlyWhereThereIsSuchAFlag() {
    assertThat(commands(NEW, NixOptions.NONE).nixFlakeShow("path:/f", true))
        .isEqualTo(nix(all("flake show --json --all-systems path:/f")));
    assertThat(commands(OLD, NixOptions.NONE).nixFlakeShow("path:/f", true))
        .isEqualTo(nix(all("flake show --json path:/f")));
    assertThat(commands(NEW, ALL).nixFlakeShow("path:/f", false))
        .isEqualTo(nix(all("flake show --json --show-trace", EVALUATION, "path:/f")));
  }

  @Test
  void nixMetadata_options_takesThemAll() {
    assertThat(commands(NEW, NixOptions.NONE).nixMetadata("path:/f"))
        .isEqualTo(nix(all("flake metadata --json path:/f")));
    assertThat(commands(OLD, ALL).nixMetadata("path:/f"))
        .isEqualTo(nix(all("flake metadata --json --show-trace", EVALUATION, "path:/f")));
    var without = new NixCapabilities(true, true, false, true, true, true);
    assertThat(commands(without, NixOptions.NONE).nixMetadata("path:/f"))
        .isEqualTo(nix(all("flake info --json path:/f")));
  }

  @Test
  void flakeInfo_always_hasNoGlobalRegistry() {
    assertThat(commands(NEW, NixOptions.NONE).flakeInfo("path:/f"))
        .isEqualTo(
            nix(all("flake metadata --json --option flake-registry /dev/null/none path:/f")));
  }

  @Test
  void nixFlakePrefetch_options_onlySettingsAndNetwork() {
    assertThat(commands(NEW, ALL).nixFlakePrefetch("path:/f"))
        .isEqualTo(
            nix(
                all(
                    "flake prefetch --json --option flake-registry /dev/null/none --show-trace",
                    SETTINGS,
                    NETWORK,
                    "path:/f")));
  }

  @Test
  void nixConfig_options_onlySettings() {
    assertThat(commands(NEW, NixOptions.NONE).nixConfig())
        .isEqualTo(nix(all("config show --json")));
    assertThat(commands(OLD, NixOptions.NONE).nixConfig())
        .isEqualTo(nix(all("show-config --json")));
    assertThat(commands(OLD, ALL).nixConfig()).isEqualTo(nix(all("show-config --json", SETTINGS)));
  }

  @Test
  void nixInstantiateEval_options_becomeSettings() {
    assertThat(commands(NEW, NixOptions.NONE).nixInstantiateEval(Set.of()))
        .isEqualTo(program(instantiate, all("--eval --strict --json -")));
    assertThat(commands(OLD, ALL).nixInstantiateEval(EnumSet.allOf(Evaluation.class)))
        .isEqualTo(
            program(
                instantiate,
                all(
                    "--eval --strict --json --option pure-eval true --read-write-mode --show-trace",
                    NETWORK_SETTINGS,
                    SETTINGS,
                    "-")));
  }

  @Test
  void nixStoreRealise_options_becomeSettings() {
    assertThat(commands(NEW, NixOptions.NONE).nixStoreRealise(List.of("/s/a", "/s/b")))
        .isEqualTo(program(store, all("--realise /s/a /s/b")));
    assertThat(commands(NEW, ALL).nixStoreRealise("/s/a", Path.of("/root")))
        .isEqualTo(
            program(store, all(NETWORK_SETTINGS, SETTINGS, "--realise /s/a --add-root /root")));
  }

  @Test
  void nixStoreBuild_isTheSameForAllVersions() {
    for (var version : List.of(OLD, NEW)) {
      assertThat(
              commands(version, NixOptions.NONE)
                  .nixStoreBuild(List.of("/s/a.drv!dev,out", "/s/b"), Set.of(), Optional.empty()))
          .isEqualTo(program(store, all("--realise /s/a.drv!dev,out /s/b")));
      assertThat(
              commands(version, ALL)
                  .nixStoreBuild(
                      List.of("/s/a.drv!out"),
                      Set.of(NixCommands.Building.KEEP_GOING),
                      Optional.of(Path.of("/root"))))
          .isEqualTo(
              program(
                  store,
                  all(
                      NETWORK_SETTINGS,
                      SETTINGS,
                      "--realise --keep-going /s/a.drv!out --add-root /root")));
      assertThat(
              commands(version, NixOptions.NONE)
                  .nixStoreBuild(
                      List.of("/s/a.drv"), Set.of(NixCommands.Building.DRY_RUN), Optional.empty()))
          .isEqualTo(program(store, all("--realise --dry-run /s/a.drv")));
    }
  }

  @Test
  void withInternalJson_everyProgram_switchesTheFormatAndNotBack() {
    var commands = commands(NEW, NixOptions.NONE).withInternalJson();
    assertThat(commands.nixEval(List.of("x")))
        .isEqualTo(nix(all("--log-format internal-json eval --json x")));
    assertThat(commands.nixBuild(List.of("x")))
        .isEqualTo(nix(all("--log-format internal-json build --print-out-paths --no-link x")));
    assertThat(commands.nixInstantiateEval(Set.of()))
        .isEqualTo(
            program(instantiate, all("--log-format internal-json --eval --strict --json -")));
  }

  @Test
  void testStore_everyBuilder_endsWithIt() {
    var commands = commands(NEW, NixOptions.NONE, Map.of(), Optional.of(Path.of("/test")));
    for (var arguments :
        List.of(
            commands.nixCommand(List.of("x")),
            commands.nixEval(List.of("x")),
            commands.nixBuild(List.of("x")),
            commands.nixBuild(List.of("x"), Path.of("/r")),
            commands.nixFlakeShow("x", false),
            commands.nixMetadata("x"),
            commands.flakeInfo("x"),
            commands.nixFlakePrefetch("x"),
            commands.nixConfig(),
            commands.nixInstantiateEval(Set.of()),
            commands.nixStoreRealise(List.of("/s/a")),
            commands.nixStoreRealise("/s/a", Path.of("/r")))) {
      assertThat(arguments).endsWith("--store", "/test");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"-x", "--impure", "--", "-", "", " "})
  void flakeReference_thatIsNone_isRefused(String text) {
    var commands = commands(NEW, NixOptions.NONE);
    assertInvalidRef(() -> commands.nixMetadata(text));
    assertInvalidRef(() -> commands.flakeInfo(text));
    assertInvalidRef(() -> commands.nixFlakePrefetch(text));
    assertInvalidRef(() -> commands.nixFlakeShow(text, true));
    assertInvalidRef(() -> NixCommands.flakeRef(text));
    assertInvalidRef(() ->
        commands(NEW, options(List.of(), List.of(new InputOverride("a", text)), Optional.empty())));
  }

  private static void assertInvalidRef(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            FlakeException.class, e -> assertThat(e.reason()).isEqualTo(Reason.FLAKE_REF_INVALID));
  }

  private static NixOptions options(
      List<Setting> settings, List<InputOverride> overrides, Optional<String> system) {
    return new NixOptions(settings, overrides, false, false, false, false, system, false, false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"-x", "--impure", "", "a b", "a\nb"})
  void namesOfSettingsInputsAndSystems_thatAreNone_areRefused(String name) {
    for (var options :
        List.of(
            options(List.of(new Setting(name, "v")), List.of(), Optional.empty()),
            options(List.of(), List.of(new InputOverride(name, "path:/x")), Optional.empty()),
            options(List.of(), List.of(), Optional.of(name)))) {
      assertThatThrownBy(() -> commands(NEW, options))
          .isInstanceOfSatisfying(
              CommandException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.REQUEST_INVALID));
    }
  }

  @Test
  void relativePaths_whereAbsoluteOnesAreMeant_areRefused() {
    var commands = commands(NEW, NixOptions.NONE);
    assertThatThrownBy(() -> commands.nixStoreRealise(List.of("-x")))
        .hasMessage("-x is not an absolute path.");
    assertThatThrownBy(() -> commands.nixBuild(List.of("x"), Path.of("-r")))
        .hasMessage("-r is not an absolute path.");
  }
}
