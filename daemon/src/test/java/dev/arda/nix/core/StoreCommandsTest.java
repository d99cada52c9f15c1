package dev.arda.nix.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.StoreCommands.Copying;
import dev.arda.nix.core.StoreCommands.Direction;
import dev.arda.nix.core.StoreCommands.Verification;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.NixOptions.Setting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole argument list of every builder. */
class StoreCommandsTest {

  private static final NixCapabilities OLD =
      new NixCapabilities(false, false, true, false, false, false);
  private static final NixCapabilities NEW =
      new NixCapabilities(true, true, true, true, true, true);

  private static final NixOptions OPTIONS =
      new NixOptions(
          List.of(new Setting("cores", "2")),
          List.of(),
          true,
          true,
          false,
          true,
          Optional.empty(),
          false,
          true);
  private static final String SETTINGS =
      "--option substitute false --option tarball-ttl 4294967295 --option download-attempts 0"
          + " --option connect-timeout 1 --option cores 2";

  private static final String A = "/nix/store/00000000000000000000000000000000-a";
  private static final String B = "/nix/store/00000000000000000000000000000000-b";

  @TempDir Path bin;
  private String nix = "";
  private String store = "";

  @BeforeEach
  void install() throws Exception {
    for (var name : List.of("nix", "nix-store")) {
      var file = Files.writeString(bin.resolve(name), "#!/bin/sh\n");
      assertThat(file.toFile().setExecutable(true)).isTrue();
    }
    nix = bin.resolve("nix").toString();
    store = bin.resolve("nix-store").toString();
  }

  private StoreCommands commands(
      NixCapabilities capabilities, NixOptions options, Optional<Path> testStore) {
    return new StoreCommands(
        new NixCommands(
            new NixPrograms(Path.of(nix), Map.of()),
            () -> capabilities,
            options,
            NixVariables.of(Map.of()),
            testStore));
  }

  private StoreCommands plain() {
    return commands(NEW, NixOptions.NONE, Optional.empty());
  }

  private StoreCommands full() {
    return commands(NEW, OPTIONS, Optional.of(Path.of("/test")));
  }

  private static List<String> program(String program, String... rest) {
    var result =
        new ArrayList<>(List.of(program, "--extra-experimental-features", "nix-command flakes"));
    Stream.of(rest).flatMap(part -> Stream.of(part.split(" ", -1))).forEach(result::add);
    return result;
  }

  @Test
  void pathInfo_everyForm() {
    assertThat(plain().pathInfo(List.of(A, B), true, Optional.empty()))
        .isEqualTo(program(nix, "path-info --json --json-format 1 --recursive", A, B));
    assertThat(
            commands(OLD, NixOptions.NONE, Optional.empty())
                .pathInfo(List.of(A), false, Optional.empty()))
        .isEqualTo(program(nix, "path-info --json", A));
    assertThat(full().pathInfo(List.of(A), false, Optional.empty()))
        .isEqualTo(program(nix, "path-info --json --json-format 1", SETTINGS, A, "--store /test"));
    assertThat(full().pathInfo(List.of(A), false, Optional.of("ssh-ng://h")))
        .isEqualTo(
            program(nix, "path-info --json --json-format 1", SETTINGS, A, "--store ssh-ng://h"));
  }

  @Test
  void derivations_areMeantThemselves_andNeverMixed() {
    assertThat(plain().pathInfo(List.of(A + ".drv"), false, Optional.empty()))
        .isEqualTo(program(nix, "path-info --json --json-format 1 --derivation", A + ".drv"));
    assertThatThrownBy(
            () -> plain().copy(List.of(A, B + ".drv"), Direction.TO, "/x", Copying.DEFAULT))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(plain().invalidPaths(List.of(A, B + ".drv"), Optional.empty()))
        .isEqualTo(program(store, "--check-validity --print-invalid", A, B + ".drv"));
  }

  @Test
  void invalidPaths_everyForm() {
    assertThat(plain().invalidPaths(List.of(A, B), Optional.empty()))
        .isEqualTo(program(store, "--check-validity --print-invalid", A, B));
    assertThat(full().invalidPaths(List.of(A), Optional.of("file:///c")))
        .isEqualTo(
            program(store, SETTINGS, "--check-validity --print-invalid", A, "--store file:///c"));
  }

  @Test
  void copy_everyForm() {
    assertThat(plain().copy(List.of(A), Direction.TO, "-x", Copying.DEFAULT))
        .isEqualTo(program(nix, "copy --to -x", A));
    assertThat(
            full()
                .copy(List.of(A, B), Direction.FROM, "ssh-ng://h", new Copying(false, true, false)))
        .isEqualTo(
            program(
                nix,
                "copy --from ssh-ng://h --no-check-sigs --substitute-on-destination --no-recursive",
                SETTINGS,
                A,
                B,
                "--store /test"));
  }

  @Test
  void sign_everyForm() {
    assertThat(plain().sign(List.of(A), Path.of("/k"), false, Optional.empty()))
        .isEqualTo(program(nix, "store sign --key-file /k", A));
    assertThat(full().sign(List.of(A), Path.of("/k"), true, Optional.of("file:///c")))
        .isEqualTo(
            program(nix, "store sign --key-file /k --recursive", SETTINGS, A, "--store file:///c"));
  }

  @Test
  void verify_everyForm() {
    assertThat(plain().verify(List.of(A), new Verification(true, true, 0, false), Optional.empty()))
        .isEqualTo(program(nix, "store verify", A));
    assertThat(full().verify(List.of(A), new Verification(false, false, 2, true), Optional.empty()))
        .isEqualTo(
            program(
                nix,
                "store verify --no-contents --no-trust --sigs-needed 2 --recursive",
                SETTINGS,
                A,
                "--store /test"));
  }

  @Test
  void collector_everyForm() {
    assertThat(plain().roots()).isEqualTo(program(store, "--gc --print-roots"));
    assertThat(full().deadPaths())
        .isEqualTo(program(store, SETTINGS, "--gc --print-dead --store /test"));
    assertThat(plain().collectGarbage(OptionalLong.empty())).isEqualTo(program(store, "--gc"));
    assertThat(plain().collectGarbage(OptionalLong.of(1024)))
        .isEqualTo(program(store, "--gc --max-freed 1024"));
  }

  @Test
  void paths_thatAreNot_neverReachTheCommandLine() {
    assertThatThrownBy(() -> plain().pathInfo(List.of("--help"), false, Optional.empty()))
        .isInstanceOf(CommandException.class)
        .hasMessageContaining("--help is not an absolute path");
  }
}
