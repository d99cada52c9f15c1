package dev.arda.client.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LauncherIT {

  private static final String CLIENT = "dev.arda.client.cli.Main";

  @TempDir private Path directory;
  private LauncherFixture fixture;

  @BeforeEach
  void distribution() {
    fixture = new LauncherFixture(directory, "a b/arda");
  }

  @Test
  void arguments_reachTheMainClassUnchanged() throws Exception {
    var run = arda("eval", "a b", "", "*.{x,y}", "@file", "-Xmx1", "l1\nl2", "ü$`\"'\\", "--");

    assertThat(run.mainArguments(CLIENT))
        .containsExactly(
            "eval", "a b", "", "*.{x,y}", "@file", "-Xmx1", "l1\nl2", "ü$`\"'\\", "--");
  }

  @ParameterizedTest
  @CsvSource({
    "eval, arda-command.jar, dev.arda.client.cli.Main, eval x",
    "--debug, arda-command.jar, dev.arda.client.cli.Main, --debug x",
    "lsp, arda-language-server.jar, dev.arda.lsp.Main, x",
  })
  void firstArgument_choosesThePart(String first, String jar, String mainClass, String passed)
      throws Exception {
    var run = arda(first, "x");

    assertThat(run.lines("arg")).contains(fixture.home + "/lib/" + jar);
    assertThat(run.mainArguments(mainClass)).containsExactly(passed.split(" "));
  }

  @Test
  void daemonRun_startsTheDaemonAndOtherDaemonCommandsTheClient() throws Exception {
    var daemon = arda("daemon", "run", "--socket", "x");
    assertThat(daemon.mainArguments("dev.arda.daemon.DaemonMain")).containsExactly("--socket", "x");
    assertThat(daemon.lines("arg")).contains("-XX:+ExitOnOutOfMemoryError");

    assertThat(arda("daemon", "status").mainArguments(CLIENT)).containsExactly("daemon", "status");
  }

  @Test
  void properties_nameTheDistributionTheLauncherAndTheTerminals() throws Exception {
    assertThat(arda("version").lines("arg"))
        .contains(
            "-Darda.home=" + fixture.home, "-Darda.launcher=" + fixture.launcher(), "-Darda.tty=");
  }

  @Test
  void symbolicLinks_leadToTheDistribution() throws Exception {
    var bin = Files.createDirectories(fixture.root.resolve("user/bin"));
    Files.createSymbolicLink(bin.resolve("arda-1"), Path.of("../../a b/arda/bin/arda"));
    Files.createSymbolicLink(bin.resolve("arda"), Path.of("arda-1"));
    var environment =
        Map.of(
            "ARDA_JAVA_HOME", java().toString(), "PATH", bin + ":" + fixture.root.resolve("tools"));

    for (var command : new String[] {"./arda", "user/bin/arda", bin + "/arda"}) {
      var cwd = command.startsWith("./") ? bin : fixture.root;
      assertThat(fixture.run(cwd, environment, command).lines("arg"))
          .contains("-Darda.launcher=" + fixture.launcher());
    }
    assertThat(fixture.run(fixture.root, environment, "sh", "-c", "arda x").lines("arg"))
        .contains("-Darda.launcher=" + fixture.launcher());
  }

  /** Java would take its number for a file, and that of the output for the next one. */
  @Test
  void standardInputThatIsClosed_isMadeAnEmptyOne() throws Exception {
    var environment = Map.of("ARDA_JAVA_HOME", java().toString());
    var command = "exec \"$0\" version <&-";
    assertThat(
            fixture
                .run(
                    fixture.root,
                    environment,
                    "/bin/sh",
                    "-c",
                    command,
                    fixture.launcher().toString())
                .lines("input"))
        .containsExactly("open");
  }

  @Test
  void javaOptionsFromTheEnvironment_areDropped() throws Exception {
    var environment =
        Map.of(
            "ARDA_JAVA_HOME", java().toString(),
            "JAVA_TOOL_OPTIONS", "-Da=1",
            "JDK_JAVA_OPTIONS", "-Db=1",
            "_JAVA_OPTIONS", "-Dc=1");

    assertThat(fixture.run(fixture.root, environment, fixture.launcher().toString()).lines("env"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"C, C.UTF-8", "POSIX, C.UTF-8", "'', C.UTF-8", "de_DE.UTF-8,", "en_US.utf8,"})
  void locale_isMadeOneWithUtf8(String lang, @Nullable String expected) throws Exception {
    var environment = Map.of("ARDA_JAVA_HOME", java().toString(), "LANG", lang);

    var run = fixture.run(fixture.root, environment, fixture.launcher().toString());

    assertThat(run.lines("env").stream().filter(line -> line.startsWith("LC_ALL=")).findFirst())
        .isEqualTo(Optional.ofNullable(expected).map("LC_ALL="::concat));
  }

  @ParameterizedTest
  @ValueSource(strings = {"25", "25.0.3", "25.1"})
  void java25_isTaken(String version) throws Exception {
    var javaHome = fixture.java("jvm/x", version);

    assertThat(arda(Map.of()).lines("java")).containsExactly(javaHome + "/bin/java");
  }

  @ParameterizedTest
  @ValueSource(strings = {"24.0.2", "26", "250", "2.5", "17.0.25"})
  void otherJava_isRefusedWithWhatToDo(String version) throws Exception {
    fixture.java("jvm/x", version);

    var run = arda(Map.of("JAVA_HOME", fixture.root + "/jvm/x"));

    assertThat(run.exitCode()).isEqualTo(69);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .startsWith("arda: needs Java 25")
        .contains("ARDA_JAVA_HOME", "openjdk-25-jre-headless", "nixpkgs#jdk25_headless");
  }

  @Test
  void places_areTriedInOrder() throws Exception {
    var first = fixture.java("first", "25.0.1");
    var second = fixture.java("second", "25.0.1");
    var third = fixture.java("third", "25.0.1");
    var fourth = fixture.java("user/.local/share/arda/jdk-25", "25.0.1");
    var fifth = fixture.java("jvm/x", "25.0.1");
    Files.createSymbolicLink(
        fixture.root.resolve("tools/java"), third.resolve("bin/java")); // as alternatives do

    var environment =
        new TreeMap<>(Map.of("ARDA_JAVA_HOME", first.toString(), "JAVA_HOME", second.toString()));
    for (var expected : new Path[] {first, second, third, fourth, fifth}) {
      assertThat(arda(environment).lines("java")).containsExactly(expected + "/bin/java");
      Files.delete(expected.resolve("release"));
    }
    assertThat(arda(environment).exitCode()).isEqualTo(69);
  }

  @Test
  void startupCache_isUsedOnlyForItsPartAndItsBuildOfJava() throws Exception {
    var cache = fixture.home.resolve("lib/arda-client.25.0.3+9-LTS.aot");
    assertThat(arda("version").lines("arg")).noneMatch(flag -> flag.startsWith("-XX:AOT"));

    cacheFor("arda-command.jar", cache);

    assertThat(arda("version").lines("arg")).contains("-XX:AOTCache=" + cache);
    assertThat(arda("daemon", "run").lines("arg")).noneMatch(flag -> flag.startsWith("-XX:AOT"));
    var other = Map.of("ARDA_JAVA_HOME", fixture.java("other", "25.0.4").toString());
    assertThat(arda(other, "version").lines("arg")).noneMatch(flag -> flag.startsWith("-XX:AOT"));
  }

  @Test
  void training_namesTheCacheToWrite() throws Exception {
    var environment = Map.of("ARDA_JAVA_HOME", java().toString(), "ARDA_AOT_OUTPUT", "/x y");

    assertThat(arda(environment, "daemon", "run").lines("arg"))
        .contains("-XX:AOTCacheOutput=/x y/arda-daemon.25.0.3+9-LTS.aot");
    assertThat(arda(environment, "eval", "x").lines("arg"))
        .contains("-XX:AOTCacheOutput=/x y/arda-client.25.0.3+9-LTS.aot");
    for (var command : List.of("build", "host", "user")) {
      var run = arda(environment, command, "x");
      assertThat(run.lines("arg"))
          .contains("-XX:AOTCacheOutput=/x y/arda-work.25.0.3+9-LTS.aot")
          .anyMatch(argument -> argument.endsWith("/arda-command.jar"));
      assertThat(run.mainArguments("dev.arda.client.cli.Training")).containsExactly(command, "x");
    }
  }

  @Test
  void training_runsManyCommandLinesInPlaceOfOne() throws Exception {
    var environment = Map.of("ARDA_JAVA_HOME", java().toString(), "ARDA_AOT_OUTPUT", "/x y");

    var run = arda(environment, "eval", "x", "--then", "version");

    assertThat(run.mainArguments("dev.arda.client.cli.Training"))
        .containsExactly("eval", "x", "--then", "version");
  }

  @Test
  void startupCacheOfTheUser_comesFirst() throws Exception {
    var shipped = fixture.home.resolve("lib/arda-client.25.0.3+9-LTS.aot");
    cacheFor("arda-command.jar", shipped);
    assertThat(arda("version").lines("arg")).contains("-XX:AOTCache=" + shipped);
    var own = own("arda-client.25.0.3+9-LTS.aot");
    Files.createDirectories(own.getParent());

    cacheFor("arda-command.jar", own);

    assertThat(arda("version").lines("arg")).contains("-XX:AOTCache=" + own);
  }

  @ParameterizedTest
  @ValueSource(longs = {-1000, 1000})
  void startupCacheOfAnotherJar_isNotUsed(long milliseconds) throws Exception {
    var cache = fixture.home.resolve("lib/arda-client.25.0.3+9-LTS.aot");
    cacheFor("arda-command.jar", cache);
    var jar = fixture.home.resolve("lib/arda-command.jar");

    var time = Files.getLastModifiedTime(jar).toInstant().plusMillis(milliseconds);
    Files.setLastModifiedTime(jar, FileTime.from(time));

    assertThat(arda("version").lines("arg")).noneMatch(flag -> flag.startsWith("-XX:AOT"));
  }

  private void cacheFor(String jar, Path cache) throws IOException {
    Files.createFile(cache);
    Files.setLastModifiedTime(
        cache, Files.getLastModifiedTime(fixture.home.resolve("lib").resolve(jar)));
  }

  @Test
  void missingStartupCache_isMadeInTheBackgroundUnlessThatWasTried() throws Exception {
    var calls = fixture.trainer();

    arda("version");

    assertThat(calls.take()).isEqualTo(own("") + " 20 " + java());
    var tried = own("tried.arda-client.25.0.3+9-LTS.aot");
    Files.createDirectories(tried.getParent());
    Files.createFile(tried);
    arda("version");
    arda(Map.of("ARDA_JAVA_HOME", java().toString(), "ARDA_TRAINING", "off"), "daemon", "run");
    arda("daemon", "run", "--private");
    arda("daemon", "run");
    assertThat(calls.take().lines()).as("a daemon that starts, and nobody else").hasSize(1);
  }

  @Test
  void check_asksJavaWhetherItWouldTakeTheCache() throws Exception {
    var environment = Map.of("ARDA_JAVA_HOME", java().toString(), "ARDA_TRAINING", "check");

    assertThat(arda(environment, "daemon", "run").lines("arg"))
        .contains("-XX:AOTMode=on", "-XX:AOTCache=" + fixture.home + "/missing")
        .endsWith("-version");
  }

  /** A file of the directory where a user has caches for this distribution. */
  private Path own(String name) {
    return fixture.root.resolve("user/.cache/arda/aot" + fixture.home).resolve(name);
  }

  @Test
  void incompleteDistribution_isNamed() throws Exception {
    Files.delete(fixture.home.resolve("lib/arda-daemon-1.2.jar"));

    var run = arda("daemon", "run");

    assertThat(run.exitCode()).isEqualTo(69);
    assertThat(run.err()).contains(fixture.home.toString(), "lib/arda-daemon-*.jar");
  }

  @Test
  void directoryWithAColon_isRefusedWithTheReason() throws Exception {
    var other = new LauncherFixture(Files.createDirectory(directory.resolve("other")), "a:b");

    var run =
        other.run(
            other.root, Map.of("ARDA_JAVA_HOME", java().toString()), other.launcher().toString());

    assertThat(run.exitCode()).isEqualTo(69);
    assertThat(run.err()).contains(other.home.toString(), "colon");
  }

  private Path java() throws IOException {
    return fixture.java("java", "25.0.3");
  }

  private LauncherFixture.Run arda(String... arguments) throws IOException, InterruptedException {
    return arda(Map.of("ARDA_JAVA_HOME", java().toString()), arguments);
  }

  private LauncherFixture.Run arda(Map<String, String> environment, String... arguments)
      throws IOException, InterruptedException {
    var command = new String[arguments.length + 1];
    command[0] = fixture.launcher().toString();
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    return fixture.run(fixture.root, environment, command);
  }
}
