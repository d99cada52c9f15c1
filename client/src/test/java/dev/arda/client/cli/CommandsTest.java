package dev.arda.client.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Duration;
import dev.arda.client.FakeDaemon;
import dev.arda.client.Setting;
import dev.arda.v1.FlakeInput;
import dev.arda.v1.FlakeState;
import dev.arda.v1.FlakeStatus;
import dev.arda.v1.GetMetadataResponse;
import dev.arda.v1.ShowResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class CommandsTest extends CliTestCase {

  @Test
  void flakeCommands_sayWhereTheFlakeIsNamed() {
    var result = cli.run("flake", "check", "path:.");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .isEqualTo(
            """
            error: arda flake check takes no argument path:.; the flake is named by --flake
                   see: arda flake check --help
            """);
  }

  @Test
  void noArguments_printHelp() {
    var result = cli.run();
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("Usage: arda", "eval, select", "daemon", "Exit codes:");
    assertThat(result.out()).doesNotContain("__complete");
    assertThat(cli.run("--help").out()).isEqualTo(result.out());
    assertThat(cli.run("help").out()).isEqualTo(result.out());
  }

  @Test
  void help_explainsACommand() {
    assertThat(cli.run("help", "daemon", "logs").out()).contains("arda daemon logs", "--follow");
    assertThat(cli.run("eval", "--help").out()).contains("--raw").doesNotContain("--impure");
    var result = cli.run("help", "evel");
    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("there is no command evel; did you mean eval?");
  }

  @Test
  void wrongUsage_exitsWith2_andSuggests() {
    var command = cli.run("evl", "a");
    assertThat(command.code()).isEqualTo(2);
    assertThat(command.err()).contains("there is no command arda evl; did you mean eval?");
    var option = cli.run("eval", "--rwa", "a");
    assertThat(option.code()).isEqualTo(2);
    assertThat(option.err()).contains("no option --rwa; did you mean --raw?", "stands after --");
    assertThat(cli.run("daemon", "stat").err()).contains("there is no command arda daemon stat");
    assertThat(cli.run("eval", "--rwa").err())
        .contains("no option --rwa; did you mean --raw?")
        .doesNotContain("Missing");
    assertThat(cli.run("eval").err()).contains("SELECTOR");
    assertThat(cli.run("eval").code()).isEqualTo(2);
    assertThat(cli.run("daemon").code()).isEqualTo(2);
    assertThat(cli.run("eval", "a", "--option", "x").code()).isEqualTo(2);
    assertThat(cli.run("xyzzy").err()).doesNotContain("did you mean");
    assertThat(cli.run("evl").out()).isEmpty();
  }

  @Test
  void version_isPrinted() {
    assertThat(cli.run("version").out()).isEqualTo("arda development\n");
    assertThat(cli.run("--version").out()).isEqualTo("arda development\n");
    assertThat(cli.run("-V", "--json").out()).startsWith("{\"version\":\"development\"");
    assertThat(cli.run("version", "--json").out())
        .startsWith("{\"version\":\"development\",\"protocol\":1,\"java\":\"25");
  }

  @Test
  void flakeMetadata_isPrintedForPeople_andAsNixSaidIt() {
    cli.daemon.metadata =
        GetMetadataResponse.newBuilder()
            .setState(FlakeState.newBuilder().setFlakeRef("/f").setNarHash("sha256-x"))
            .setDescription("A fleet")
            .addInputs(FlakeInput.newBuilder().setPath("nixpkgs").setUrl("path:/n"))
            .addInputs(FlakeInput.newBuilder().setPath("hm/nixpkgs").setFollows("nixpkgs"))
            .setJson(FakeDaemon.bytes("{\"url\":\"x\"}\n"))
            .build();
    assertThat(cli.run("flake", "metadata").out())
        .isEqualTo(
            """
            flake:        /f
            description:  A fleet
            hash:         sha256-x
            inputs:
              nixpkgs  path:/n
              hm/nixpkgs  follows nixpkgs
            """);
    assertThat(cli.run("flake", "metadata", "--json").out()).isEqualTo("{\"url\":\"x\"}\n");
  }

  @Test
  void flakeShow_isATree_orJson() {
    var json =
        """
        {"nixosConfigurations":{"web":{"type":"nixos-configuration"}},"packages":{"x86_64-linux":{"a":{"name":"a-1","type":"derivation"}}},"x":{}}
        """
            .strip();
    cli.daemon.show =
        List.of(
            ShowResponse.newBuilder().setJsonChunk(FakeDaemon.bytes(json.substring(0, 30))).build(),
            ShowResponse.newBuilder().setJsonChunk(FakeDaemon.bytes(json.substring(30))).build());
    assertThat(cli.run("flake", "show").out())
        .isEqualTo(
            """
            ├── nixosConfigurations
            │   └── web: nixos-configuration
            ├── packages
            │   └── x86_64-linux
            │       └── a: derivation a-1
            └── x
            """);
    assertThat(cli.run("--json", "flake", "show").out()).isEqualTo(json + "\n");
  }

  @Test
  void daemonStatus_tellsEverything() {
    cli.daemon.status =
        cli.daemon.status.toBuilder()
            .setUptime(Duration.newBuilder().setSeconds(3700))
            .addFlakes(FlakeStatus.newBuilder().setFlakeRef("/f").setSelectorsEvaluated(7))
            .build();
    var text = cli.run("daemon", "status");
    assertThat(text.code()).isZero();
    assertThat(text.out())
        .contains("version:   fake, protocol 1\n", "1 h 1 min")
        .contains("  /f\n      asked  cold  0 hits  7 misses  0 B kept");
    assertThat(cli.run("daemon", "status", "--json").out())
        .startsWith(
            "{\"running\":true,\"pid\":%d,\"version\":\"fake\",\"protocol\":{\"min\":1,\"max\":1},"
                .formatted(ProcessHandle.current().pid()))
        .contains("\"uptimeSeconds\":3700", "\"flakes\":[{\"flake\":\"/f\",");
  }

  @Test
  void daemonMetrics_arePrintedAsTheyAre() throws IOException {
    cli.daemon.metrics = "a_total 1.0\n";
    assertThat(cli.run("daemon", "metrics").out()).isEqualTo("a_total 1.0\n");
    cli.daemon.close();
    var none = cli.run("daemon", "metrics");
    assertThat(none.code()).isEqualTo(1);
    assertThat(none.out()).isEmpty();
    assertThat(none.err()).contains("no daemon is running");
  }

  @Test
  void daemonForget_namesAFlakeOrAll() {
    assertThat(cli.run("daemon", "forget", "/f").out()).isEqualTo("forgot 3 states\n");
    assertThat(cli.daemon.invalidations.getLast().getFlake()).isEqualTo("/f");
    assertThat(cli.run("daemon", "forget", "--flake", "/g", "--json").out())
        .isEqualTo("{\"states\":3}\n");
    assertThat(cli.daemon.invalidations.getLast().getFlake()).isEqualTo("/g");
    assertThat(cli.run("daemon", "forget", "--all").out()).isEqualTo("forgot everything\n");
    assertThat(cli.daemon.invalidations.getLast().getAll()).isTrue();
    assertThat(cli.run("daemon", "forget", "--all", "/f").code()).isEqualTo(2);
  }

  @Test
  void daemonStatus_whereNoneRuns_saysSo_startsNone_andExitsWith1() throws IOException {
    cli.daemon.close();
    var text = cli.run("daemon", "status");
    assertThat(text.code()).isEqualTo(1);
    assertThat(text.out()).startsWith("no daemon is running");
    var json = cli.run("daemon", "status", "--json");
    assertThat(json.code()).isEqualTo(1);
    assertThat(json.out()).startsWith("{\"running\":false,");
    assertThat(cli.places.starts()).isEmpty();
  }

  @Test
  void daemon_isStartedRestartedAndStopped() throws Exception {
    cli.daemon.close();
    assertThat(cli.run("daemon", "start").out()).startsWith("started the daemon (process ");
    assertThat(cli.run("daemon", "start").out()).startsWith("the daemon runs already (process ");
    assertThat(cli.run("daemon", "restart").out()).startsWith("started the daemon (process ");
    assertThat(cli.places.starts()).hasSize(2);
    assertThat(cli.run("daemon", "stop").out()).startsWith("ended the daemon (process ");
    assertThat(cli.run("daemon", "stop").out()).isEqualTo("no daemon is running\n");
    assertThat(cli.places.runtime.resolve("daemon-1.lock")).exists();
    assertThat(cli.places.living()).isEmpty();
  }

  @Test
  void privateDaemon_answersAndIsGone() throws Exception {
    cli.daemon.close();
    var result = cli.run("eval", "--no-daemon", "a");
    assertThat(result.out()).as(result.err()).isEqualTo("\"a\"\n");
    assertThat(cli.places.starts()).hasSize(1);
    assertThat(cli.places.starts().getFirst()).contains("--private");
    assertThat(cli.places.living()).isEmpty();
  }

  @Test
  void daemonLogs_showTheLastLines() throws IOException {
    assertThat(cli.run("daemon", "logs").err()).contains("there is no log yet");
    var log = cli.places.state.resolve("log/daemon.log");
    Files.createDirectories(log.getParent());
    Files.writeString(log, "x".repeat(100_000) + "\none\ntwo\nthree\n");
    assertThat(cli.run("daemon", "logs", "-n", "2").out()).isEqualTo("two\nthree\n");
    assertThat(cli.run("daemon", "logs", "-n", "0").out()).isEmpty();
    assertThat(cli.run("daemon", "logs", "-n", "9").out()).hasSize(100_015);
    assertThat(cli.run("daemon", "logs", "-n", "-1").code()).isEqualTo(2);
    assertThat(cli.run("daemon", "logs", "-n", "many").code()).isEqualTo(2);
  }

  @Test
  void daemonLogs_followed_goOnUntilInterrupted_alsoAfterRotation() throws Exception {
    var log = cli.places.state.resolve("log/daemon.log");
    Files.createDirectories(log.getParent());
    Files.writeString(log, "one and some more\n");
    var out = new java.io.ByteArrayOutputStream();
    var result =
        CompletableFuture.supplyAsync(() -> cli.run(out, out, "daemon", "logs", "-f", "-n", "1"));
    awaitText(out, "one and some more\n");
    Files.writeString(log, "two\n");
    awaitText(out, "two\n");
    cli.interruption.trigger();
    assertThat(result.get(60, TimeUnit.SECONDS).code()).isEqualTo(130);
  }

  private static void awaitText(java.io.ByteArrayOutputStream out, String text) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
    while (!out.toString(java.nio.charset.StandardCharsets.UTF_8).endsWith(text)) {
      assertThat(System.nanoTime()).as("waiting for %s", text).isLessThan(end);
      java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
    }
  }

  @Test
  void doctor_examinesEverything_andFaultsHaveRemedies() throws IOException {
    var bin = Files.createDirectory(directory.resolve("bin"));
    program(
        bin, "nix", "case \"$1\" in --version) echo 'nix (Nix) 2.99';; *) printf flakes;; esac");
    program(bin, "git", "echo git version 9");
    cli.places.with("PATH", bin.toString());
    var well = cli.run("doctor");
    assertThat(well.code()).as(well.out()).isZero();
    assertThat(well.out())
        .contains("ok     nix                  nix (Nix) 2.99 (" + bin + "/nix)")
        .contains("ok     nix-command flakes   usable")
        .contains("note   ssh                  there is no ssh on PATH")
        .contains("ok     git", "ok     java", "ok     runtime directory");
    program(bin, "nix", "echo 'error: experimental feature is disabled' >&2; exit 1");
    Files.setPosixFilePermissions(cli.places.runtime, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.delete(bin.resolve("git"));
    var ill = cli.run("doctor", "--json");
    assertThat(ill.code()).isEqualTo(1);
    assertThat(ill.out())
        .startsWith("{\"ok\":false,\"checks\":[")
        .contains("\"name\":\"nix\",\"status\":\"fault\"", "does not run")
        .contains("there is no git on PATH", "install git")
        .contains("has the mode 0755", "chmod 700")
        .contains("mend the runtime directory first")
        .doesNotContain("arda daemon restart");
  }

  private static void program(Path directory, String name, String script) throws IOException {
    var file = Files.writeString(directory.resolve(name), "#!/bin/sh\n" + script + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  @Test
  void config_showsEveryVariable() {
    var values = cli.run("config").out();
    var docs = cli.run("config", "--docs").out();
    for (var setting : Setting.values()) {
      assertThat(values).contains(setting.name());
      assertThat(docs).contains("| `" + setting.name() + "` | ");
    }
    assertThat(values).contains(cli.places.runtime.toString()).contains("3h (default)");
    assertThat(cli.run("config", "--json").out())
        .contains("\"ARDA_IDLE_TIMEOUT\":{\"value\":\"3h\",\"set\":false}");
  }
}
