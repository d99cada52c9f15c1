package dev.arda.nix.system.rebuild;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.remote.SshTarget;
import dev.arda.nix.shell.Shell;
import dev.arda.nix.system.rebuild.RebuildCommand.Source;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.HostName;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Programs of several forms, and the argument lists that each of them understands. */
class RebuildToolsTest {

  @TempDir private Path directory;
  private final SystemProcessRunner runner = SystemProcessRunner.create();
  private Map<String, String> variables = Map.of();

  @BeforeEach
  void start() throws IOException {
    Files.createDirectories(directory.resolve("bin"));
    variables = Map.of("PATH", directory.resolve("bin") + ":/usr/bin:/bin", "HOME", "/nowhere");
  }

  @AfterEach
  void stop() {
    runner.close();
  }

  private CallContext context() {
    return new CallContext(directory, Optional.empty(), NixOptions.NONE, variables);
  }

  private Path program(String name, String text) throws IOException {
    var file = Files.writeString(directory.resolve(name), text);
    return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private RebuildTools tools() {
    return new RebuildTools(
        runner,
        new Shell(runner, NixFacts.using(runner), directory.resolve("shell"), Clock.systemUTC()));
  }

  private RebuildTool found(RebuildKind kind) {
    return tools().find(context(), kind);
  }

  @Test
  void aScript_isRead_andNotRun() throws IOException {
    program(
        "bin/nixos-rebuild",
        """
        #!/bin/sh
        touch was-run
        case "$1" in
          --flake) shift ;;
          --use-remote-sudo) useSudo=1 ;;
          --fast) buildNix= ;;
        esac
        """);
    var tool = found(RebuildKind.NIXOS);
    assertThat(tool.options()).containsExactlyInAnyOrder("--flake", "--use-remote-sudo", "--fast");
    assertThat(tool.takesStorePaths()).isFalse();
    assertThat(tool.sudo()).isEqualTo("--use-remote-sudo");
    assertThat(directory.resolve("was-run")).doesNotExist();
  }

  @Test
  void helpInTheFormOfMan_isUnderstood() throws IOException {
    program(
        "bin/nixos-rebuild",
        """
        #!/bin/sh
        printf '%s\\n' "$PAGER" >pager
        printf -- 'S\\bS [--f\\bfl\\bla\\bak\\bke\\be F] [-\\b--\\b-s\\bsu\\bud\\bdo\\bo] [--store-path P]\\n'
        """);
    var tool = found(RebuildKind.NIXOS);
    assertThat(tool.options()).contains("--flake", "--sudo", "--store-path");
    assertThat(tool.sudo()).isEqualTo("--sudo");
    assertThat(tool.takesStorePaths()).isTrue();
    assertThat(directory.resolve("pager")).hasContent("cat");
  }

  @Test
  void helpThatIsNotThere_isReplacedByTheComplaintAboutAnUnknownOption() throws IOException {
    program(
        "bin/nixos-rebuild",
        """
        #!/bin/sh
        if [ "$1" = "--help" ]; then echo "man: command not found" >&2; exit 127; fi
        echo "usage: nixos-rebuild [-h] [--fl''ake [FLAKE]] [--sudo]" | tr -d "'" >&2
        exit 2
        """);
    var tool = found(RebuildKind.NIXOS);
    assertThat(tool.options())
        .contains("--flake", "--sudo")
        .doesNotContain("--arda-asks-what-you-know");
  }

  @Test
  void whatNixWrapsAroundAProgram_isLookedInto() throws IOException {
    var inside =
        program(".nixos-rebuild-wrapped", "#!/bin/sh\n# --flake --ask-sudo-password --no-reexec\n");
    program("bin/nixos-rebuild", "#!/bin/sh\nexec -a \"$0\" \"" + inside + "\" \"$@\"\n");
    var tool = found(RebuildKind.NIXOS);
    assertThat(tool.sudoPassword()).hasValue("--ask-sudo-password");
    assertThat(tool.asItIs()).hasValue("--no-reexec");
  }

  @Test
  void aProgramThatTellsNothing_isTakenForAnOldOne() throws IOException {
    program("bin/nixos-rebuild", "#!/bin/sh\nexit 1\n");
    var tool = found(RebuildKind.NIXOS);
    assertThat(tool.options()).isEmpty();
    assertThat(tool.sudo()).isEqualTo("--use-remote-sudo");
    assertThat(tool.takesStorePaths()).isFalse();
  }

  @Test
  void darwinRebuild_thatIsForRoot_isRunByRoot() throws IOException {
    program(
        "bin/darwin-rebuild",
        "#!/bin/sh\n# --flake\necho 'system activation must now be run as root'\n");
    var tool = found(RebuildKind.DARWIN);
    assertThat(tool.forRoot()).isTrue();
    var flake = new Source.OfFlake("git+file:///f", new HostName("mac"), NixOptions.NONE);
    assertThat(command(tool, "switch", flake, true, false).arguments())
        .startsWith("sudo", "-n", "-H")
        .endsWith("switch", "--flake", "git+file:///f#mac");
    assertThat(command(tool, "switch", flake, true, true).arguments())
        .startsWith("sudo", "-S", "-p", "", "-H");
    assertThat(command(tool, "build", flake, true, false).arguments()).doesNotContain("sudo");
    assertThat(command(tool, "switch", flake, false, false).arguments()).doesNotContain("sudo");
  }

  private static RebuildCommand command(
      RebuildTool tool, String action, Source source, boolean sudo, boolean password) {
    return new RebuildCommand(
        tool,
        action,
        source,
        Optional.empty(),
        Optional.empty(),
        sudo,
        password,
        Optional.empty(),
        false);
  }

  @Test
  void aProgramThatIsNowhere_isHadFromThePackagesIfThatIsAllowed() {
    assertThatThrownBy(() ->
            new RebuildTools(
                    runner,
                    new Shell(
                        runner,
                        NixFacts.using(runner),
                        directory.resolve("shell"),
                        Clock.systemUTC()))
                .find(
                    new CallContext(
                        directory,
                        Optional.of(directory.resolve("no-nix")),
                        NixOptions.NONE,
                        variables),
                    RebuildKind.NIXOS))
        .isInstanceOfSatisfying(
            NixException.class, e -> assertThat(e.reason()).isEqualTo(Reason.NIX_NOT_FOUND));
  }

  @Test
  void whatMakesACommandLine() {
    var tool =
        new RebuildTool(
            RebuildKind.NIXOS,
            Path.of("/bin/nixos-rebuild"),
            Set.of("--flake", "--use-substitutes"),
            false);
    var options =
        new NixOptions(
            List.of(new NixOptions.Setting("cores", "-1 'x'")),
            List.of(new NixOptions.InputOverride("nixpkgs", "path:/a b")),
            true,
            true,
            true,
            true,
            Optional.empty(),
            false,
            true);
    var command =
        new RebuildCommand(
            tool,
            "test",
            new Source.OfFlake("path:/f?dir=a b", new HostName("web.01"), options),
            Optional.of(SshTarget.parse("root@[fe80::1]:22")),
            Optional.of(SshTarget.parse("builder")),
            true,
            false,
            Optional.of("night"),
            true);
    assertThat(command.arguments())
        .containsExactly(
            "/bin/nixos-rebuild",
            "test",
            "--flake",
            "path:/f?dir=a b#web.01",
            "--option",
            "cores",
            "-1 'x'",
            "--override-input",
            "nixpkgs",
            "path:/a b",
            "--impure",
            "--offline",
            "--refresh",
            "--show-trace",
            "--no-write-lock-file",
            "--target-host",
            "root@fe80::1",
            "--build-host",
            "builder",
            "--use-remote-sudo",
            "--specialisation",
            "night",
            "--use-substitutes");
    assertThat(
            RebuildCommand.environment(
                new CallContext(
                    Path.of("/"), Optional.of(Path.of("/n/bin/nix")), NixOptions.NONE, Map.of()),
                Map.of("PATH", "/usr/bin", "A", "b")))
        .isEqualTo(Map.of("PATH", "/n/bin:/usr/bin", "A", "b"));
  }
}
