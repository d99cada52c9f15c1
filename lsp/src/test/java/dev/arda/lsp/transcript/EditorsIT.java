package dev.arda.lsp.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The packages for editors, in the real editors (scripts/setup.sh --tests installs them). */
@ExtendWith(SharedDistribution.class)
class EditorsIT {

  private static final Path EDITORS = Path.of("../editors").toAbsolutePath().normalize();

  private static Distribution distribution;

  private static Path flake;

  @BeforeAll
  static void start(Distribution shared) throws Exception {
    distribution = shared;
    flake = shared.flake("editors");
    Files.writeString(
        flake.resolve("flake.nix"),
        """
        {
          outputs = { self }: {
            nixosConfigurations = builtins.mapAttrs (name: x: { config = x; }) { web01 = { }; db01 = { }; };
            x = self.nixosConfigurations.web01;
          };
        }
        """);
    var _ = shared.run(flake, List.of("trust", "."));
  }

  private static String run(String editor, Path program, String... arguments) {
    return run(flake, editor, program, arguments);
  }

  /** A file beside a flake. */
  private static Path started(Path flake) {
    return flake.resolveSibling(flake.getFileName() + ".started");
  }

  private static String run(Path flake, String editor, Path program, String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                "env",
                "ARDA_TEST_FLAKE=" + flake,
                "ARDA_TEST_STARTED=" + started(flake),
                "ARDA_TEST_PROGRAM=" + distribution.arda(),
                "ARDA_TEST_PACKAGE=" + EDITORS.resolve(editor),
                program.toString()));
    command.addAll(List.of(arguments));
    return Distribution.output(distribution.start(flake, command));
  }

  private static final String SHOWN =
      """
      db01 web01
      ```nix
      nixosConfigurations = { db01; web01; }
      ```

      set of 2 attributes
      """;

  @Test
  void neovim_completesAndHovers() {
    assertThat(
            run(
                "neovim",
                Path.of("nvim"),
                "--headless",
                "-u",
                "NONE",
                "-i",
                "NONE",
                "-n",
                "-c",
                "luafile " + EDITORS.resolve("neovim/test/run.lua")))
        .contains(SHOWN);
  }

  /**
   * A flake of two hosts, of which the second one's build says in a file which process it is, and
   * waits for nothing.
   */
  private static Path flakeToBuild(String name) throws Exception {
    var built = distribution.flake(name);
    var system = System.getProperty("os.arch").equals("aarch64") ? "aarch64" : "x86_64";
    Files.writeString(
        built.resolve("flake.nix"),
        """
        {
          outputs = { self }:
            let
              system = script: derivation {
                name = "nixos-system";
                system = "%2$s-linux";
                builder = "/bin/sh";
                args = [ "-c" script ];
              };
            in
            {
              nixosConfigurations.quick.config.system.build.toplevel = system "echo %3$s > $out";
              nixosConfigurations.slow.config.system.build.toplevel = system "echo $$ > %1$s.new; /bin/mv %1$s.new %1$s; exec /bin/sleep 600";
            };
        }
        """
            .formatted(started(built), system, name));
    var _ = distribution.run(built, List.of("trust", "."));
    return built;
  }

  private static void assertThatItsBuilderHasEnded(Path built) throws Exception {
    var builder = Long.parseLong(Files.readString(started(built)).strip());
    ProcessHandle.of(builder)
        .ifPresent(process -> process.onExit().orTimeout(2, TimeUnit.MINUTES).join());
  }

  @Test
  void neovim_buildsByALens_andGivesABuildUp() throws Exception {
    var built = flakeToBuild("built-by-neovim");
    assertThat(
            run(
                built,
                "neovim",
                Path.of("nvim"),
                "--headless",
                "-u",
                "NONE",
                "-i",
                "NONE",
                "-n",
                "-c",
                "luafile " + EDITORS.resolve("neovim/test/build.lua")))
        .containsPattern(
            """
            begin Build quick
            end quick: built .*-nixos-system
            begin Build slow
            end slow: cancelled\
            """);
    assertThatItsBuilderHasEnded(built);
  }

  @Test
  void emacs_buildsByAnAction_andGivesABuildUp() throws Exception {
    var built = flakeToBuild("built-by-emacs");
    assertThat(
            run(
                built,
                "emacs",
                Path.of("env"),
                "ARDA_TEST_CLIENT=lsp-mode",
                "ARDA_TEST_TASK=build",
                "emacs",
                "-Q",
                "--batch",
                "-l",
                EDITORS.resolve("emacs/arda-test.el").toString()))
        .contains(
            """
            begin Build quick
            end quick
            begin Build slow
            end slow
            """);
    assertThatItsBuilderHasEnded(built);
  }

  @ParameterizedTest
  @ValueSource(strings = {"eglot", "lsp-mode"})
  void emacs_completesAndHovers(String client) {
    assertThat(
            run(
                "emacs",
                Path.of("env"),
                "ARDA_TEST_CLIENT=" + client,
                "emacs",
                "-Q",
                "--batch",
                "-l",
                EDITORS.resolve("emacs/arda-test.el").toString()))
        .contains(SHOWN);
  }

  @Test
  void emacs_findsNothingToWarnOfInThePackage() {
    assertThat(
            run(
                "emacs",
                Path.of("emacs"),
                "-Q",
                "--batch",
                "--eval",
                "(setq byte-compile-error-on-warn t byte-compile-dest-file-function (lambda (f)"
                    + " (expand-file-name \"arda.elc\" temporary-file-directory)))",
                "--eval",
                "(princ (if (byte-compile-file \"%s\") \"compiled\" \"faults\"))"
                    .formatted(EDITORS.resolve("emacs/arda.el"))))
        .contains("compiled");
  }

  @Test
  void packages_areComplete() {
    assertThat(
            Map.of(
                "neovim",
                List.of("lsp/arda.lua", "plugin/arda.lua", "lua/arda/health.lua", "doc/arda.txt"),
                "emacs",
                List.of("arda.el"),
                "vscode",
                List.of("package.json", "package-lock.json", "src/extension.ts"),
                "zed",
                List.of("extension.toml", "src/lib.rs")))
        .allSatisfy((editor, files) ->
            assertThat(files)
                .allMatch(file -> Files.exists(EDITORS.resolve(editor).resolve(file))));
  }
}
