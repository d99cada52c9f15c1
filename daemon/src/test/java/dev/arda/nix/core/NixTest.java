package dev.arda.nix.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.NixCommands.Evaluation;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.NixOptions.InputOverride;
import dev.arda.nix.types.NixOptions.Setting;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Against real Nix programs, and against scripts that pretend to be one. */
@Timeout(300)
class NixTest {

  private static final NixOptions ALL =
      new NixOptions(
          List.of(new Setting("cores", "2")),
          List.of(new InputOverride("absent", "path:/nowhere")),
          true,
          true,
          true,
          true,
          Optional.of("riscv64-linux"),
          true,
          true);

  @TempDir Path directory;

  private final SystemProcessRunner runner = SystemProcessRunner.create();
  private final NixFacts facts = NixFacts.using(runner);

  @AfterEach
  void endAll() {
    runner.close();
  }

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private Nix nix(Path program, NixOptions options) {
    return Nix.of(TestNix.caller(program, directory, options), runner, facts);
  }

  private CommandResult run(Nix nix, List<String> arguments) {
    return runner.run(nix.command(arguments).timeLimit(Duration.ofSeconds(60)).build());
  }

  private String flake() throws IOException {
    var flake = Files.createDirectories(directory.resolve("flake"));
    Files.writeString(
        flake.resolve("flake.nix"),
        "{ outputs = _: { x = 1; system = builtins.currentSystem or \"pure\"; }; }");
    return "path:" + flake;
  }

  /** What the probe reads from the program's own description, found out by trying it. */
  @ParameterizedTest
  @MethodSource("programs")
  void capabilities_realNix_areWhatTryingShows(Path program) throws IOException {
    var nix = nix(program, NixOptions.NONE);
    var commands = nix.commands();
    var configShow = run(nix, commands.nixCommand(List.of("config", "show", "--json")));
    var printOutPaths =
        run(nix, commands.nixCommand(List.of("build", "--print-out-paths", "--no-link")));
    var metadata = run(nix, commands.nixCommand(List.of("flake", "metadata", "--json", flake())));
    var allSystems =
        run(nix, commands.nixCommand(List.of("flake", "show", "--all-systems", flake())));
    var updateInputs =
        run(nix, commands.nixCommand(List.of("flake", "update", "--flake", "path:/dev/null/no")));
    var infoFormat =
        run(
            nix,
            commands.nixCommand(List.of("path-info", "--json", "--json-format", "1", flake())));

    assertThat(nix.capabilities())
        .isEqualTo(
            new NixCapabilities(
                configShow.succeeded(),
                !printOutPaths.errorTail().contains("unrecognised flag"),
                metadata.succeeded(),
                allSystems.succeeded(),
                !updateInputs.errorTail().contains("unrecognised flag"),
                !infoFormat.errorTail().contains("unrecognised flag")));
  }

  @ParameterizedTest
  @MethodSource("programs")
  void version_realNix_isWhatItSays(Path program) {
    var nix = nix(program, NixOptions.NONE);
    var said = run(nix, List.of(program.toString(), "--version")).outputText().strip();

    assertThat(nix.version().text()).isEqualTo(said);
    assertThat(nix.version().version()).matches("\\d+\\.\\d+.*");
    assertThat(said).endsWith(nix.version().version());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void builders_allOptions_everyFlagIsKnownToTheProgram(Path program) throws IOException {
    var nix = nix(program, ALL);
    var flake = flake();
    for (var commands : List.of(nix.commands(), nix.commands().withInternalJson())) {
      for (var arguments :
          List.of(
              commands.nixEval(List.of(flake + "#x")),
              commands.nixFlakeShow(flake, true),
              commands.nixMetadata(flake),
              commands.flakeInfo(flake),
              commands.nixFlakePrefetch(flake),
              commands.nixConfig())) {
        var result = run(nix, arguments);
        assertThat(result.succeeded()).as("%s: %s", arguments, result.errorTail()).isTrue();
      }
      var build = run(nix, commands.nixBuild(List.of(flake + "#x")));
      assertThat(build.errorTail()).doesNotContain("unrecognised").contains("x");
      var realise = run(nix, commands.nixStoreRealise(List.of("/no/such")));
      assertThat(realise.errorTail()).doesNotContain("unrecognised").contains("/no/such");
      var root = run(nix, commands.nixStoreRealise("/no/such", directory.resolve("root")));
      assertThat(root.errorTail()).doesNotContain("unrecognised").contains("/no/such");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void nixEval_systemOption_reachesTheEvaluation(Path program) throws IOException {
    var nix = nix(program, ALL);
    assertThat(run(nix, nix.commands().nixEval(List.of(flake() + "#system"))).outputText().strip())
        .isEqualTo("\"riscv64-linux\"");
    assertThat(nix.config().system()).isEqualTo("riscv64-linux");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void nixInstantiateEval_expressionOnInput_isEvaluated(Path program) {
    var expression = "{ pure = !(builtins ? currentSystem); text = \"${\"a\"}\"; }";
    for (var modes : List.of(Set.<Evaluation>of(), EnumSet.allOf(Evaluation.class))) {
      for (var options : List.of(NixOptions.NONE, ALL)) {
        var nix = nix(program, options);
        var result =
            runner.run(
                nix.command(nix.commands().nixInstantiateEval(modes)).input(expression).build());
        assertThat(result.orThrow().outputText().strip())
            .isEqualTo("{\"pure\":%s,\"text\":\"a\"}".formatted(!modes.isEmpty()));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void nixBuild_storePath_printsIt(Path program) throws IOException {
    var nix = nix(program, NixOptions.NONE);
    var file = Files.writeString(directory.resolve("file"), "content");
    var added =
        run(nix, List.of(nix.programs().nixStore().toString(), "--add", file.toString()))
            .orThrow()
            .outputText()
            .strip();
    var link = directory.resolve("link");
    var result = run(nix, nix.commands().nixBuild(List.of(added), link)).orThrow();

    assertThat(link).isSymbolicLink();
    assertThat(BuildOutputs.parse(result.output())).containsExactly(added);
    assertThat(
            run(nix, nix.commands().nixStoreRealise(added, directory.resolve("root")))
                .orThrow()
                .outputText()
                .strip())
        .isEqualTo(directory.resolve("root").toString());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void config_settings_areFlatAndFollowOptionsVariablesAndFiles(Path program) throws IOException {
    var plain = nix(program, NixOptions.NONE);
    assertThat(plain.config().isOn("sandbox")).isFalse();
    assertThat(plain.config().setting("tarball-ttl")).contains("3600");
    assertThat(plain.config().setting("substituters")).contains("");
    assertThat(plain.config()).isSameAs(plain.config());

    var token = new Setting("access-tokens", "github.com=t0ken gitlab.com=other");
    var optioned = nix(program, options(List.of(new Setting("tarball-ttl", "3"), token)));
    assertThat(optioned.config().setting("tarball-ttl")).contains("3");
    assertThat(optioned.config().setting("access-tokens"))
        .contains("github.com=t0ken gitlab.com=other");
    assertThat(optioned.config().toString()).doesNotContain("t0ken");

    var conf = Path.of(plain.environment().getOrDefault("NIX_CONF_DIR", ""));
    Files.writeString(conf.resolve("nix.conf"), "!include more.conf\n");
    assertThat(plain.config().setting("tarball-ttl")).contains("3600");
    Files.writeString(conf.resolve("more.conf"), "tarball-ttl = 5\n");
    assertThat(plain.config().setting("tarball-ttl")).contains("5");
  }

  private static NixOptions options(List<Setting> settings) {
    return new NixOptions(
        settings, List.of(), false, false, false, false, Optional.empty(), false, false);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void config_brokenFile_saysSoAndIsNotRemembered(Path program) throws IOException {
    var nix = nix(program, NixOptions.NONE);
    var conf = Path.of(nix.environment().getOrDefault("NIX_CONF_DIR", "")).resolve("nix.conf");
    Files.writeString(conf, "this is no setting\n");
    assertThat(nix.capabilities()).as("says nothing about the program").isNotNull();
    assertThatThrownBy(nix::config)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NIX_UNUSABLE))
        .hasMessageContaining("this is no setting");
    Files.delete(conf);
    assertThat(nix.config().system()).contains("-");
  }

  @ParameterizedTest
  @MethodSource("programs")
  void testStore_inSandbox_isCreatedAndUsed(Path program) throws IOException {
    var environment = new HashMap<>(TestNix.environment(directory));
    environment.remove("NIX_STORE_DIR");
    environment.remove("NIX_STATE_DIR");
    environment.put("ARDA_TEST_STORE", directory.resolve("store with spaces").toString());
    environment.put("LOCK_NIX", directory.resolve("lock").toString());
    environment.put("IN_NIX_SANDBOX", "1");
    var context = new CallContext(directory, Optional.of(program), NixOptions.NONE, environment);
    var nix = Nix.of(context, runner, facts);

    assertThat(directory.resolve("store with spaces")).isDirectory();
    assertThat(directory.resolve("lock")).isRegularFile();
    var evaluated = run(nix, nix.commands().nixEval(List.of(flake() + "#x")));
    assertThat(evaluated.orThrow().outputText().strip()).isEqualTo("1");
    assertThat(directory.resolve("store with spaces/nix/store")).isDirectory();
  }

  @Test
  void command_environmentAndDirectory_areTheCallers() throws IOException {
    var environment = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "LD_PRELOAD", "/evil.so"));
    environment.put("NIX_PATH", "x");
    var fake = fake("true");
    var nix =
        Nix.of(
            new CallContext(directory, Optional.of(fake), NixOptions.NONE, environment),
            runner,
            facts);
    var command = nix.command(List.of("env")).build();

    assertThat(command.environment())
        .isEqualTo(Map.of("PATH", "/usr/bin:/bin", "NIX_PATH", "x", "GIT_OPTIONAL_LOCKS", "0"));
    assertThat(command.directory()).isEqualTo(directory);
  }

  @Test
  void surroundings_onlyWhatCanChangeAPureEvaluation_isInThem() throws IOException {
    var fake = fake("true");
    var plain = surroundings(fake, Map.of("PATH", "/usr/bin:/bin", "HOME", directory.toString()));
    for (var name :
        List.of(
            "PATH",
            "SSH_AUTH_SOCK",
            "TZ",
            "LANG",
            "LC_ALL",
            "TMPDIR",
            "https_proxy",
            "NO_PROXY",
            "SSL_CERT_DIR",
            "ARDA_FLAKE",
            "XDG_RUNTIME_DIR")) {
      assertThat(with(fake, name, "/other")).as(name).isEqualTo(plain);
    }
    for (var name : List.of("HOME", "NIX_PATH", "NIX_CONFIG", "NIX_REMOTE", "XDG_CONFIG_HOME")) {
      assertThat(with(fake, name, "/other")).as(name).isNotEqualTo(plain);
    }
  }

  private String with(Path nix, String name, String value) {
    var environment = new HashMap<>(Map.of("PATH", "/usr/bin:/bin", "HOME", directory.toString()));
    environment.put(name, value);
    return surroundings(nix, environment);
  }

  private String surroundings(Path nix, Map<String, String> environment) {
    return Nix.of(
            new CallContext(directory, Optional.of(nix), NixOptions.NONE, environment),
            runner,
            facts)
        .surroundings();
  }

  @Test
  void command_credentials_areSecrets() throws IOException {
    var environment =
        Map.of("PATH", "/usr/bin:/bin", "NIX_CONFIG", "cores = 1\naccess-tokens = h=inEnvironment");
    var options = options(List.of(new Setting("extra-access-tokens", "a=inOption b=inOther")));
    var nix =
        Nix.of(
            new CallContext(directory, Optional.of(fake("true")), options, environment),
            runner,
            facts);
    var command = nix.command(nix.commands().nixEval(List.of("inEnvironment"))).build();

    assertThat(command.toString())
        .doesNotContain("inEnvironment")
        .doesNotContain("inOption")
        .doesNotContain("inOther")
        .contains("'a=<redacted> b=<redacted>'");
  }

  /** A program called {@code nix} that is not. */
  private Path fake(String script) throws IOException {
    var bin = Files.createDirectories(directory.resolve("bin"));
    var file = Files.writeString(bin.resolve("nix"), "#!/bin/sh\n" + script + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
    return file;
  }

  private static CallContext caller(Path directory, Map<String, String> environment) {
    return new CallContext(directory, Optional.empty(), NixOptions.NONE, environment);
  }

  @Test
  void of_noNixOnThePath_namesThePathAndTheRemedy() {
    assertThatThrownBy(
            () -> Nix.of(caller(directory, Map.of("PATH", "/none:/nor/here")), runner, facts))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NIX_NOT_FOUND))
        .hasMessageContaining("/none:/nor/here")
        .hasMessageContaining("apt install nix-bin");
    assertThatThrownBy(() -> Nix.of(caller(directory, Map.of()), runner, facts))
        .hasMessageContaining("PATH of this shell is empty");
  }

  @Test
  void of_namedNixIsMissing_namesIt() {
    assertThatThrownBy(() -> nix(Path.of("/no/nix"), NixOptions.NONE))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NIX_NOT_FOUND))
        .hasMessageContaining("There is no Nix at /no/nix.");
  }

  @Test
  void of_nixOnThePath_isTheFirst() throws IOException {
    var fake = fake("true");
    var path = "/none:" + fake.getParent() + ":/usr/bin";
    assertThat(Nix.of(caller(directory, Map.of("PATH", path)), runner, facts).programs().nix())
        .isEqualTo(fake);
  }

  @Test
  void programs_linkToNix_siblingsAreBesideTheTarget() throws IOException {
    var real = fake("true");
    var instantiate = Files.copy(real, real.resolveSibling("nix-instantiate"));
    assertThat(instantiate.toFile().setExecutable(true)).isTrue();
    var link = Files.createDirectories(directory.resolve("links")).resolve("nix");
    Files.createSymbolicLink(link, real);
    var nix =
        Nix.of(
            new CallContext(directory, Optional.of(link), NixOptions.NONE, Map.of("PATH", "/none")),
            runner,
            facts);

    assertThat(nix.programs().nixInstantiate()).isEqualTo(instantiate.toRealPath());
    assertThatThrownBy(() -> nix.programs().nixStore())
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NIX_UNUSABLE))
        .hasMessageContaining("nix-store");
  }

  private static final String DESCRIBES_ITSELF =
      """
      echo "$1" >> "$HOME/asked"
      case "$1" in
        --version) echo 'nix (Lix, like Nix) 2.91.1' ;;
        __dump-cli) sleep 0.3; echo '{"args": {"commands": {"eval": {}, "config": {"commands": {}},
          "flake": {"commands": {"show": {"flags": {"all-systems": {}}}}}}}}' ;;
        *) exit 1 ;;
      esac
      """;

  @Test
  void capabilities_askedByManyAtOnce_costTwoProcesses() throws Exception {
    var fake = fake(DESCRIBES_ITSELF);
    Callable<NixCapabilities> ask =
        () ->
            Nix.of(
                    new CallContext(
                        directory,
                        Optional.of(fake),
                        NixOptions.NONE,
                        Map.of("PATH", "/usr/bin:/bin", "HOME", directory.toString())),
                    runner,
                    facts)
                .capabilities();
    try (var executor = Executors.newVirtualThreadPerTaskExecutor()) {
      var questions = new ArrayList<Callable<NixCapabilities>>();
      for (var i = 0; i < 30; i++) {
        questions.add(ask);
      }
      for (var answer : executor.invokeAll(questions)) {
        assertThat(answer.get())
            .isEqualTo(new NixCapabilities(false, false, false, true, false, false));
      }
    }
    assertThat(directory.resolve("asked")).hasContent("--version\n__dump-cli\n");

    var upgraded = DESCRIBES_ITSELF.replace("\"config\": {", "\"config\": {\"new\": 1,");
    Files.writeString(
        fake,
        "#!/bin/sh\n" + upgraded.replace("\"commands\": {}}", "\"commands\": {\"show\": {}}}"));
    assertThat(ask.call().configShow()).as("after an upgrade").isTrue();
  }

  @Test
  void version_forks_areTold() throws IOException {
    assertThat(NixVersion.parse("nix (Lix, like Nix) 2.91.1\nSystem type: x\n"))
        .isEqualTo(
            new NixVersion(NixVersion.Implementation.LIX, "2.91.1", "nix (Lix, like Nix) 2.91.1"));
    assertThat(NixVersion.parse("nix (Determinate Nix 3.11.2) 2.31.1").implementation())
        .isEqualTo(NixVersion.Implementation.DETERMINATE);
    assertThat(NixVersion.parse("nix (Nix) 2.8.0").implementation())
        .isEqualTo(NixVersion.Implementation.NIX);
    assertThat(NixVersion.parse("").implementation()).isEqualTo(NixVersion.Implementation.OTHER);
  }

  @Test
  void capabilities_programThatIsNoNix_saysItCannotBeUsed() throws IOException {
    var failing = nix(fake("echo 'no such thing' >&2; exit 3"), NixOptions.NONE);
    assertThatThrownBy(failing::capabilities)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NIX_UNUSABLE))
        .hasMessageContaining("no such thing");
    var other = nix(fake("echo '{}'"), NixOptions.NONE);
    assertThatThrownBy(other::capabilities).hasMessageContaining("knows no flakes");
    var garbage = nix(fake("echo nix 9; [ x = y ]; echo '['"), NixOptions.NONE);
    assertThatThrownBy(garbage::capabilities)
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NIX_UNUSABLE));
  }
}
