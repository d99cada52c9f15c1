package dev.arda.nix.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.Reason;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(300)
class NixVariablesTest {

  @TempDir Path directory;

  @Test
  void of_nothingSet_isNothing() {
    assertThat(NixVariables.of(Map.of()))
        .isEqualTo(
            new NixVariables(
                Optional.empty(),
                Optional.empty(),
                false,
                false,
                false,
                Set.of(),
                Optional.empty(),
                Optional.empty()));
  }

  @Test
  void of_clanNames_areUnderstood() {
    assertThat(
            NixVariables.of(
                Map.of(
                    "CLAN_TEST_STORE", "/store",
                    "LOCK_NIX", "/lock",
                    "IN_NIX_SANDBOX", "1",
                    "CLAN_DEBUG_NIX_PREFETCH", "1",
                    "CLAN_DEBUG_NIX_SELECTORS", "true",
                    "CLAN_PROVIDED_PACKAGES", "git::age: rsync",
                    "CLAN_DIR", "/flake",
                    "CLAN_NIXPKGS", "path:/n")))
        .isEqualTo(
            new NixVariables(
                Optional.of("/store"),
                Optional.of("/lock"),
                true,
                true,
                true,
                Set.of("git", "age", "rsync"),
                Optional.of("/flake"),
                Optional.of("path:/n")));
  }

  @Test
  void of_ardaNames_win() {
    var both =
        NixVariables.of(
            Map.ofEntries(
                Map.entry("IN_NIX_SANDBOX", "1"),
                Map.entry("CLAN_TEST_STORE", "/c"),
                Map.entry("ARDA_TEST_STORE", "/a"),
                Map.entry("LOCK_NIX", "/c"),
                Map.entry("ARDA_LOCK_NIX", "/a"),
                Map.entry("CLAN_DEBUG_NIX_PREFETCH", "1"),
                Map.entry("ARDA_DEBUG_NIX_PREFETCH", "0"),
                Map.entry("CLAN_DEBUG_NIX_SELECTORS", "0"),
                Map.entry("ARDA_DEBUG_NIX_SELECTORS", "1"),
                Map.entry("CLAN_PROVIDED_PACKAGES", "c"),
                Map.entry("ARDA_PROVIDED_PACKAGES", "a"),
                Map.entry("CLAN_DIR", "/c"),
                Map.entry("ARDA_DIR", "/d"),
                Map.entry("ARDA_FLAKE", "/a"),
                Map.entry("CLAN_NIXPKGS", "c"),
                Map.entry("ARDA_NIXPKGS", "a")));
    assertThat(both)
        .isEqualTo(
            new NixVariables(
                Optional.of("/a"),
                Optional.of("/a"),
                true,
                false,
                true,
                Set.of("a"),
                Optional.of("/a"),
                Optional.of("a")));
    assertThat(NixVariables.of(Map.of("ARDA_DIR", "/d", "CLAN_DIR", "/c")).flake()).contains("/d");
  }

  @Test
  void of_ardaNameSetToNothing_switchesTheOtherOff() {
    assertThat(NixVariables.of(Map.of("ARDA_FLAKE", "", "CLAN_DIR", "/c")).flake()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"ARDA_TEST_STORE", "CLAN_TEST_STORE"})
  void testStore_outsideASandbox_isIgnored(String name) {
    assertThat(NixVariables.of(Map.of(name, "/s")).testStore()).isEmpty();
    assertThat(NixVariables.of(Map.of(name, "/s", "IN_NIX_SANDBOX", "")).testStore()).isEmpty();
    assertThat(NixVariables.of(Map.of(name, "/s", "IN_NIX_SANDBOX", "1")).testStore())
        .contains("/s");
  }

  private NixVariables variables() {
    return NixVariables.of(
        Map.of(
            "IN_NIX_SANDBOX", "1",
            "ARDA_TEST_STORE", "store/below",
            "LOCK_NIX", "lock"));
  }

  @Test
  void prepare_store_isCreatedBelowTheCallersDirectory() {
    assertThat(TestStore.prepare(variables(), directory))
        .contains(directory.resolve("store/below"));
    assertThat(directory.resolve("store/below")).isDirectory();
    assertThat(TestStore.prepare(NixVariables.of(Map.of()), directory)).isEmpty();
  }

  /** The lock of flock(1), which the locks of Java's channels would not respect. */
  @Test
  void prepare_lockHeldByAnotherProgram_waits() throws Exception {
    var lock = directory.resolve("lock");
    try (var runner = SystemProcessRunner.create()) {
      var holder =
          runner.start(
              Command.of(
                      java.util.List.of("flock", lock.toString(), "sh", "-c", "echo; read x"),
                      Map.of("PATH", "/usr/bin:/bin"),
                      directory)
                  .build(),
              OutputListener.NONE);
      assertThat(holder.standardOutput().read()).isEqualTo('\n');
      var prepared = new CompletableFuture<Optional<Path>>();
      var waiting =
          Thread.ofVirtual()
              .start(() -> prepared.complete(TestStore.prepare(variables(), directory)));
      assertThat(prepared.completeOnTimeout(Optional.empty(), 300, TimeUnit.MILLISECONDS).get())
          .as("while the lock is held")
          .isEmpty();
      assertThat(directory.resolve("store")).doesNotExist();
      holder.standardInput().close();
      assertThat(holder.onExit().get(60, TimeUnit.SECONDS)).isNotNull();
      waiting.join();
      assertThat(directory.resolve("store/below")).isDirectory();
    }
  }

  @Test
  void prepare_storeThatCannotBe_saysWhich() throws Exception {
    Files.writeString(directory.resolve("store"), "a file");
    assertThatThrownBy(() -> TestStore.prepare(variables(), directory))
        .isInstanceOfSatisfying(
            CommandException.class, e -> assertThat(e.reason()).isEqualTo(Reason.COMMAND_FAILED))
        .hasMessageContaining(directory.resolve("store/below").toString());
  }
}
