package dev.arda.nix.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What texts mean as store paths, on real links; no Nix is asked. */
class StorePathsTest {

  private static final String NAME = "g1yx7g5vd2xwyh8rd3zv7cqm5rw4wq4x-hello-2.12";
  private static final String OTHER = "00000000000000000000000000000000-other";

  @TempDir Path temporary;
  private Path home = Path.of("/");
  private Path store = Path.of("/");

  @BeforeEach
  void create() throws IOException {
    home = Files.createDirectory(temporary.toRealPath().resolve("home"));
    store = Files.createDirectory(temporary.toRealPath().resolve("store"));
    Files.createDirectories(store.resolve(NAME).resolve("bin"));
  }

  private CallContext context() {
    return context(Map.of("NIX_STORE_DIR", store.toString()));
  }

  private CallContext context(Map<String, String> environment) {
    return new CallContext(home, Optional.empty(), NixOptions.NONE, environment);
  }

  private StorePath hello() {
    return new StorePath(store.toString(), NAME);
  }

  @Test
  void resolve_pathsFilesAndLinks_allLeadToTheStorePath() throws IOException {
    Files.createSymbolicLink(home.resolve("result"), store.resolve(NAME));
    Files.createSymbolicLink(home.resolve("second"), Path.of("result"));
    Files.createSymbolicLink(home.resolve("bin"), Path.of("second/bin"));
    Files.createDirectory(home.resolve("a b\nc"));
    Files.createSymbolicLink(home.resolve("a b\nc/-x"), Path.of("../result"));
    for (var text :
        List.of(
            store + "/" + NAME,
            store + "/" + NAME + "/",
            store + "/" + NAME + "/bin/hello",
            store + "//./" + NAME,
            "result",
            "./result/bin",
            "second",
            "bin",
            "a b\nc/-x",
            "../home/result",
            store + "/../store/" + NAME)) {
      assertThat(StorePaths.resolve(context(), text)).as(text).isEqualTo(hello());
    }
    assertThat(StorePaths.resolve(context(), List.of("result", "second"))).containsExactly(hello());
  }

  @Test
  void resolve_linkInTheStore_isNotFollowed() throws IOException {
    Files.createSymbolicLink(store.resolve(OTHER), store.resolve(NAME));

    assertThat(StorePaths.resolve(context(), store + "/" + OTHER))
        .isEqualTo(new StorePath(store.toString(), OTHER));
  }

  @Test
  void resolve_testStore_knowsBothNamesOfAPath() throws IOException {
    var root = Files.createDirectories(temporary.toRealPath().resolve("test"));
    Files.createDirectories(root.resolve("nix/store").resolve(NAME));
    Files.createSymbolicLink(home.resolve("result"), Path.of("/nix/store", NAME));
    var context = context(Map.of("IN_NIX_SANDBOX", "1", "ARDA_TEST_STORE", root.toString()));
    var expected = new StorePath("/nix/store", NAME);

    assertThat(StorePaths.resolve(context, "result")).isEqualTo(expected);
    assertThat(StorePaths.resolve(context, root + "/nix/store/" + NAME + "/bin"))
        .isEqualTo(expected);
    var directory = StoreDirectory.of(context);
    assertThat(directory.getPhysicalStorePath(expected))
        .isEqualTo(root.resolve("nix/store").resolve(NAME));
    assertThat(directory.getPhysicalStorePath("/nix/store/" + NAME + "/bin/hello"))
        .isEqualTo(root.resolve("nix/store").resolve(NAME).resolve("bin/hello"));
    assertThat(directory.getPhysicalStorePath("/etc/passwd")).isEqualTo(Path.of("/etc/passwd"));
  }

  @Test
  void resolve_whatIsNoStorePath_isRefusedByName() throws IOException {
    Files.createSymbolicLink(home.resolve("loop"), Path.of("pool"));
    Files.createSymbolicLink(home.resolve("pool"), Path.of("loop"));
    Files.createSymbolicLink(home.resolve("dangling"), Path.of("/nowhere/at/all"));
    Files.createSymbolicLink(home.resolve("passwd"), Path.of("/etc/passwd"));
    Files.writeString(home.resolve("file"), "");

    refused("", "An empty text is no store path.");
    refused(
        "--help",
        "--help is no store path: none begins with a hyphen. For a file of that name write ./--help");
    refused("a\0b", "'ab' is no store path: it contains the character NUL.");
    refused("absent", "absent leads to no store path: there is no " + home + "/absent.");
    refused(
        "two\nlines and \u001b[31mred",
        "'two\\nlines and red' leads to no store path: there is no '"
            + home
            + "/two\\nlines and red'.");
    refused("/etc/passwd", "/etc/passwd is not in the store " + store + ".");
    refused("passwd", "passwd is not in the store " + store + ": it is /etc/passwd.");
    refused("file", "file is not in the store " + store + ": it is " + home + "/file.");
    refused("dangling", "dangling leads to no store path: there is no /nowhere/at/all.");
    refused(store.toString(), store + " is the store itself; name something in it.");
    refused(
        store + "/.links/x",
        "%s/.links/x is no store path: behind %s/ comes a hash of 32 letters and digits, a hyphen and a name."
            .formatted(store, store));
    refused(store + "/" + NAME + "/../../home/file", home + "/file.");
    refused(
        ".#hello",
        ".#hello is no store path. To use what a flake offers, build it first: arda build .#hello");
    refused("loop", "loop leads to no store path: its links go on for ever (at " + home);
    refused("loop/x", "loop/x leads to no store path: its links go on for ever (at " + home);
    refused("x".repeat(5000), "x".repeat(300) + "…'");
  }

  private void refused(String text, String message) {
    assertThatThrownBy(() -> StorePaths.resolve(context(), text))
        .isInstanceOfSatisfying(
            StoreException.class, e -> assertThat(e.reason()).isEqualTo(Reason.STORE_PATH_INVALID))
        .hasMessageContaining(message);
  }

  @Test
  void findStoreReferences_text_findsEachOnceInOrder() {
    var directory = StoreDirectory.of(context(Map.of()));
    var text =
        "PATH=/nix/store/%s/bin:/nix/store/%s/bin '/nix/store/%s' /nix/store/short-x /other/nix/store/%s"
            .formatted(NAME, OTHER, NAME, NAME);

    assertThat(directory.findStoreReferences(text))
        .containsExactly(new StorePath("/nix/store", NAME), new StorePath("/nix/store", OTHER));
    assertThat(directory.findStoreReferences("")).isEmpty();
    assertThat(StoreDirectory.of(context()).findStoreReferences(text)).isEmpty();
    assertThat(StoreDirectory.of(context()).findStoreReferences("x" + store + "/" + NAME))
        .containsExactly(hello());
  }

  @Test
  void isPureStorePath_onlyForAnObjectOfThisStoreAlone() {
    var directory = StoreDirectory.of(context(Map.of()));

    assertThat(directory.isPureStorePath("/nix/store/" + NAME)).isTrue();
    assertThat(directory.isPureStorePath("/nix/store/" + NAME + ".drv")).isTrue();
    for (var text :
        List.of(
            "",
            "/nix/store",
            "/nix/store/",
            "/nix/store/" + NAME + "/bin",
            "/nix/store/" + NAME + " ",
            "/nix/store/" + NAME + "\n",
            " /nix/store/" + NAME,
            "/gnu/store/" + NAME,
            "/nix/store/x/" + NAME,
            "/nix/store/e1yx7g5vd2xwyh8rd3zv7cqm5rw4wq4x-hello",
            "/nix/store/" + NAME + "a".repeat(220))) {
      assertThat(directory.isPureStorePath(text)).as(text).isFalse();
    }
  }

  @Test
  void storeUrl_hostileTexts_areRefusedAndPasswordsHidden() {
    assertThat(new StoreUrl("https://me:secret@cache.example.org/x?y=1"))
        .hasToString("https://me:…@cache.example.org/x?y=1");
    for (var text : List.of("ssh-ng://h", "file:///c", "./x", "../x", "/x", "daemon", "auto")) {
      assertThat(new StoreUrl(text)).hasToString(text);
    }
    for (var text : List.of("", " ", "-oProxyCommand=x", "host", "a\nb://", "--to", "s3:x")) {
      assertThatThrownBy(() -> new StoreUrl(text))
          .as(text)
          .isInstanceOfSatisfying(
              StoreException.class,
              e -> assertThat(e.reason()).isEqualTo(Reason.STORE_URL_INVALID));
    }
  }
}
