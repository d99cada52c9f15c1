package dev.arda.nix.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.arda.nix.core.OutputListener;
import dev.arda.nix.core.StoreCommands.Copying;
import dev.arda.nix.core.StoreCommands.Verification;
import dev.arda.nix.store.ClosureDiff.Kind;
import dev.arda.nix.store.ClosureDiff.PackageChange;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixOptions;
import dev.arda.nix.types.Reason;
import dev.arda.nix.types.StoreException;
import dev.arda.nix.types.StorePath;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Real stores, with every Nix that is there to test with. */
class StoresTest {

  static List<Path> programs() {
    return NixSandbox.programs();
  }

  private static void fails(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable work, Reason reason, String... words) {
    assertThatThrownBy(work)
        .isInstanceOfSatisfying(StoreException.class, e -> assertThat(e.reason()).isEqualTo(reason))
        .satisfies(e -> {
          for (var word : words) {
            assertThat(e).hasMessageContaining(word);
          }
        });
  }

  @ParameterizedTest
  @MethodSource("programs")
  void closure_builtPaths_isWhatNixSays(Path nix) {
    try (var test = TestStores.create(nix)) {
      var one = test.path("app-1");
      var closure = test.stores().closures().of(test.context(), one);

      assertThat(closure.paths().keySet().stream().map(StorePath::text))
          .containsExactlyElementsOf(
              test.nix("path-info", "--recursive", one.text()).lines().sorted().toList());
      var sizes = test.nix("path-info", "--closure-size", one.text()).strip().split("\\s+", -1);
      assertThat(closure.size()).isEqualTo(Long.parseLong(sizes[1]));
      assertThat(closure.references(one))
          .containsExactlyInAnyOrder(test.path("libfoo-1.0"), test.path("data-2024"));
      assertThat(closure.paths().get(one))
          .satisfies(info -> {
            assertThat(info).isNotNull();
            assertThat(info.narHash()).startsWith("sha256-");
            assertThat(info.deriver().orElseThrow().name()).isEqualTo("app-1.drv");
            assertThat(info.ultimate()).isTrue();
            assertThat(info.registered()).isPresent();
          });
      assertThat(closure.whyDepends(one, test.path("data-2024")))
          .contains(List.of(one, test.path("data-2024")));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void diff_twoVersions_namesPackagesVersionsAndSizes(Path nix) {
    try (var test = TestStores.create(nix)) {
      var diff =
          test.stores().closures().diff(test.context(), test.path("app-1"), test.path("app-2"));

      assertThat(diff.packages())
          .extracting(PackageChange::name, PackageChange::kind, PackageChange::versionsAfter)
          .containsExactly(
              org.assertj.core.groups.Tuple.tuple("app", Kind.VERSION, List.of("2")),
              org.assertj.core.groups.Tuple.tuple("libfoo", Kind.VERSION, List.of("1.1")));
      assertThat(diff.packages().getLast().sizeDelta()).isEqualTo(50 * 1024);
      // What Nix tells people: the same package, the same versions.
      assertThat(
              test.nix(
                  "store", "diff-closures", test.path("app-1").text(), test.path("app-2").text()))
          .contains("libfoo: 1.0 → 1.1");
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void closure_pathThatIsNotThere_isMissingByName(Path nix) {
    try (var test = TestStores.create(nix)) {
      var absent = new StorePath(test.sandbox().store().toString(), "0".repeat(32) + "-absent");

      fails(
          () -> test.stores().closures().of(test.context(), absent),
          Reason.STORE_PATH_MISSING,
          absent.text());
      assertThat(
              test.stores()
                  .closures()
                  .valid(test.context(), List.of(absent, test.path("app-1")), Optional.empty()))
          .containsExactly(test.path("app-1"));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void push_binaryCache_arrivesSignedAndComesBack(Path nix) throws Exception {
    try (var test = TestStores.create(nix)) {
      var context = test.context();
      var stores = test.stores();
      var app = test.path("app-1");
      var cache = new StoreUrl("file://" + test.sandbox().work().resolve("cache"));
      test.program("nix-store", "--generate-binary-cache-key", "test-1", "secret", "public");
      var key = test.sandbox().work().resolve("secret");

      var pushed =
          stores
              .copies()
              .push(
                  context,
                  List.of(app),
                  cache,
                  Optional.of(key),
                  Copying.DEFAULT,
                  OutputListener.NONE);

      assertThat(pushed.copied()).hasSize(3).contains(app, test.path("libfoo-1.0"));
      assertThat(pushed.bytesCopied()).isEqualTo(pushed.bytes());
      var there = stores.closures().of(context, List.of(app), Optional.of(cache));
      assertThat(there.size()).isEqualTo(pushed.bytes());
      assertThat(there.paths().values())
          .allSatisfy(info -> {
            assertThat(info.signatures()).singleElement().asString().startsWith("test-1:");
            assertThat(info.downloadSize()).isPositive();
          });

      var again =
          stores
              .copies()
              .push(
                  context,
                  List.of(app, test.path("app-2")),
                  cache,
                  Optional.empty(),
                  Copying.DEFAULT,
                  OutputListener.NONE);
      assertThat(again.copied())
          .containsExactlyInAnyOrder(test.path("app-2"), test.path("libfoo-1.1"));
      assertThat(again.paths()).isEqualTo(5);

      test.program("nix-store", "--delete", app.text());
      assertThat(stores.closures().valid(context, List.of(app), Optional.empty())).isEmpty();
      fails(
          () ->
              stores
                  .copies()
                  .copyFrom(context, List.of(app), cache, Copying.DEFAULT, OutputListener.NONE),
          Reason.STORE_FAILED,
          "signature",
          "arda store sign");
      var trusting =
          context(
              context,
              "trusted-public-keys",
              Files.readString(test.sandbox().work().resolve("public")).strip());
      var back =
          stores
              .copies()
              .copyFrom(trusting, List.of(app), cache, Copying.DEFAULT, OutputListener.NONE);
      assertThat(back.copied()).containsExactly(app);
      assertThat(back.paths()).isEqualTo(3);
    }
  }

  private static CallContext context(CallContext context, String setting, String value) {
    return new CallContext(
        context.cwd(),
        context.nixProgram(),
        new NixOptions(
            List.of(new NixOptions.Setting(setting, value)),
            List.of(),
            false,
            false,
            false,
            false,
            Optional.empty(),
            false,
            false),
        context.environment());
  }

  @ParameterizedTest
  @MethodSource("programs")
  void copy_otherStore_arrivesThereOnly(Path nix) {
    try (var test = TestStores.create(nix)) {
      var cache = new StoreUrl("file://" + test.sandbox().work().resolve("plain"));

      var copied =
          test.stores()
              .copies()
              .copyTo(
                  test.context(),
                  List.of(test.path("app-1")),
                  cache,
                  new Copying(true, false, true),
                  OutputListener.NONE);

      assertThat(copied.copied()).hasSize(3);
      assertThat(
              test.stores()
                  .closures()
                  .valid(
                      test.context(),
                      List.of(test.path("app-1"), test.path("app-2")),
                      Optional.of(cache)))
          .containsExactly(test.path("app-1"));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void copy_storesThatAreNot_failByName(Path nix) {
    try (var test = TestStores.create(nix)) {
      fails(() -> copy(test, "nosuch://host"), Reason.STORE_URL_INVALID, "nosuch://host");
      fails(() -> copy(test, "file:///proc/x"), Reason.STORE_FAILED, "file:///proc/x");
      fails(
          () -> copy(test, "ssh-ng://me@127.0.0.1.invalid"),
          Reason.STORE_FAILED,
          "ssh-ng://me@127.0.0.1.invalid",
          "ssh");
    }
  }

  private static void copy(TestStores test, String to) {
    test.stores()
        .copies()
        .copyTo(
            test.context(),
            List.of(test.path("app-1")),
            new StoreUrl(to),
            Copying.DEFAULT,
            OutputListener.NONE);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void verify_changedFilesAndMissingSignatures_areToldApart(Path nix) throws Exception {
    try (var test = TestStores.create(nix)) {
      var signatures = test.stores().signatures();
      var app = List.of(test.path("app-1"));
      assertThat(verify(test, new Verification(true, true, 0, true)))
          .isEqualTo(new Signatures.Report(3, List.of(), List.of()));
      assertThat(verify(test, new Verification(false, true, 1, false)).untrusted()).isEqualTo(app);

      test.program("nix-store", "--generate-binary-cache-key", "test-1", "secret", "public");
      var key = test.sandbox().work().resolve("secret");
      assertThat(signatures.sign(test.context(), app, key, true, Optional.empty())).isEqualTo(3);
      assertThat(signatures.sign(test.context(), app, key, true, Optional.empty())).isZero();
      fails(
          () ->
              signatures.sign(test.context(), app, Path.of("/nowhere/key"), true, Optional.empty()),
          Reason.STORE_FAILED,
          "/nowhere/key");

      var file = Path.of(test.path("libfoo-1.0").text(), "foo");
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
      Files.writeString(file, "changed");
      var report = verify(test, new Verification(true, true, 0, true));
      assertThat(report.isClean()).isFalse();
      assertThat(report.modified())
          .singleElement()
          .satisfies(modified -> {
            assertThat(modified.path()).isEqualTo(test.path("libfoo-1.0"));
            assertThat(modified.expected()).isNotEqualTo(modified.actual());
          });
      assertThat(verify(test, new Verification(false, true, 0, true)).isClean()).isTrue();
    }
  }

  private static Signatures.Report verify(TestStores test, Verification what) {
    return test.stores()
        .signatures()
        .verify(
            test.context(),
            List.of(test.path("app-1")),
            what,
            Optional.empty(),
            OutputListener.NONE);
  }

  @ParameterizedTest
  @MethodSource("programs")
  void roots_ofEveryKind_areListedAndRemovedIfTheyMayBe(Path nix) throws Exception {
    var now = new AtomicReference<>(Instant.parse("2026-11-26T10:00:00Z"));
    try (var test = TestStores.create(nix, ((InstantSource) now::get).withZone(ZoneOffset.UTC))) {
      var context = test.context();
      var roots = test.stores().roots();
      var app = test.path("app-1");
      var strange = test.sandbox().work().resolve("a -> b\nc");
      roots.nixAddToGcroots(context, app, strange);
      var held = roots.hold(context, app, "build-1", Optional.of(Duration.ofHours(1)));
      roots.hold(context, test.path("app-2"), "kept-1", Optional.empty());
      var profile =
          Path.of(context.environment().getOrDefault("NIX_STATE_DIR", ""), "profiles", "p-1-link");
      Files.createDirectories(profile.resolveSibling("x"));
      Files.createSymbolicLink(profile, Path.of(app.text()));

      assertThat(roots.list(context).stream().filter(root -> root.kind() != GcRoot.Kind.PROCESS))
          .containsExactly(
              new GcRoot(
                  held.toString(),
                  app,
                  GcRoot.Kind.ARDA,
                  Optional.of(Instant.parse("2026-11-26T11:00:00Z"))),
              new GcRoot(
                  test.ownRoots().resolve("kept.kept-1." + test.path("app-2").hash()).toString(),
                  test.path("app-2"),
                  GcRoot.Kind.ARDA,
                  Optional.empty()),
              new GcRoot(strange.toString(), app, GcRoot.Kind.LINK, Optional.empty()),
              new GcRoot(profile.toString(), app, GcRoot.Kind.PROFILE, Optional.empty()));

      fails(
          () -> roots.remove(context, profile.toString()),
          Reason.GC_ROOT_REFUSED,
          "generation of a profile");
      fails(() -> roots.remove(context, "store.nix"), Reason.GC_ROOT_MISSING, "keeps nothing");
      fails(() -> roots.remove(context, "-x"), Reason.GC_ROOT_MISSING, "There is no -x");
      fails(() -> roots.remove(context, ""), Reason.GC_ROOT_MISSING);
      assertThat(roots.remove(context, "a -> b\nc").path()).isEqualTo(app);
      assertThat(Files.exists(strange, LinkOption.NOFOLLOW_LINKS)).isFalse();

      now.set(Instant.parse("2026-11-26T10:30:00Z"));
      var later = roots.hold(context, app, "build-1", Optional.of(Duration.ofHours(1)));
      assertThat(later).isNotEqualTo(held);
      assertThat(Files.exists(held, LinkOption.NOFOLLOW_LINKS)).isFalse();
      now.set(Instant.parse("2026-11-26T11:10:00Z"));
      roots.removeExpired();
      assertThat(later).exists();
      now.set(Instant.parse("2026-11-26T11:31:00Z"));
      roots.removeExpired();
      assertThat(Files.exists(later, LinkOption.NOFOLLOW_LINKS)).isFalse();
      roots.release("kept-1");
      assertThat(roots.list(context)).filteredOn(root -> root.kind() == GcRoot.Kind.ARDA).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void nixAddToGcroots_placeThatIsTaken_isRefusedAndUntouched(Path nix) throws Exception {
    try (var test = TestStores.create(nix)) {
      var roots = test.stores().roots();
      var file = test.sandbox().write("precious", "text");
      fails(
          () -> roots.nixAddToGcroots(test.context(), test.path("app-1"), file),
          Reason.GC_ROOT_REFUSED,
          file.toString());
      assertThat(file).hasContent("text");

      var link = test.sandbox().work().resolve("result");
      roots.nixAddToGcroots(test.context(), test.path("app-1"), link);
      roots.nixAddToGcroots(test.context(), test.path("app-2"), link);
      assertThat(Files.readSymbolicLink(link)).hasToString(test.path("app-2").text());
    }
  }

  @Test
  void nixAddToGcroots_insideASandbox_doesNothing() {
    try (var test = TestStores.create(NixSandbox.programs().getFirst())) {
      var environment = new HashMap<>(test.context().environment());
      environment.put("IN_NIX_SANDBOX", "1");
      var link = test.sandbox().work().resolve("result");

      test.stores()
          .roots()
          .nixAddToGcroots(
              new CallContext(
                  test.context().cwd(), test.context().nixProgram(), NixOptions.NONE, environment),
              test.path("app-1"),
              link);

      assertThat(Files.exists(link, LinkOption.NOFOLLOW_LINKS)).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void collect_whatNothingKeeps_goesAndTheRestStays(Path nix) {
    try (var test = TestStores.create(nix)) {
      var context = test.context();
      var stores = test.stores();
      stores.roots().hold(context, test.path("app-1"), "keep", Optional.empty());

      var found = stores.collector().find(context);
      assertThat(found.paths())
          .contains(test.path("app-2"), test.path("libfoo-1.1"))
          .doesNotContain(test.path("app-1"), test.path("libfoo-1.0"), test.path("data-2024"));
      assertThat(found.bytes()).isGreaterThan(150 * 1024);
      assertThat(stores.closures().valid(context, List.of(test.path("app-2")), Optional.empty()))
          .hasSize(1);

      var collected =
          stores.collector().collect(context, OptionalLong.empty(), OutputListener.NONE);
      assertThat(collected.paths()).containsAll(found.paths());
      assertThat(collected.bytes()).isGreaterThan(100 * 1024);
      assertThat(
              stores
                  .closures()
                  .valid(
                      context,
                      List.of(test.path("app-1"), test.path("app-2"), test.path("data-2024")),
                      Optional.empty()))
          .containsExactlyInAnyOrder(test.path("app-1"), test.path("data-2024"));
    }
  }

  @ParameterizedTest
  @MethodSource("programs")
  void testStore_filesAreWhereTheyAreSaidToBe(Path nix) throws Exception {
    try (var test = TestStores.create(nix)) {
      var root = Files.createDirectory(test.sandbox().work().resolve("chroot"));
      var environment = new HashMap<>(test.context().environment());
      environment.keySet().removeAll(List.of("NIX_STORE_DIR", "NIX_STATE_DIR", "NIX_LOG_DIR"));
      environment.put("IN_NIX_SANDBOX", "1");
      environment.put("ARDA_TEST_STORE", root.toString());
      var context =
          new CallContext(test.sandbox().work(), Optional.of(nix), NixOptions.NONE, environment);
      var file = test.sandbox().write("hello.txt", "hello");
      var runner = dev.arda.nix.core.SystemProcessRunner.create();
      try (runner) {
        var nixHere =
            dev.arda.nix.core.Nix.of(context, runner, dev.arda.nix.core.NixFacts.using(runner));
        var added =
            nixHere
                .run(nixHere.commands().nixCommand(List.of("store", "add-file", file.toString())))
                .orThrow()
                .outputText()
                .strip();
        var path = StorePaths.resolve(context, added);

        assertThat(path.directory()).isEqualTo("/nix/store");
        assertThat(StoreDirectory.of(context).getPhysicalStorePath(path)).hasContent("hello");
        assertThat(test.stores().closures().of(context, path).paths()).containsOnlyKeys(path);
      }
    }
  }
}
