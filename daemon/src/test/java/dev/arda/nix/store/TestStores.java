package dev.arda.nix.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.arda.nix.core.NixFacts;
import dev.arda.nix.core.SystemProcessRunner;
import dev.arda.nix.testing.NixSandbox;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.StorePath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A real store with two versions of a small application: {@code app-1} needs {@code libfoo-1.0} and
 * {@code data-2024}, {@code app-2} needs {@code libfoo-1.1} and the same data.
 */
final class TestStores implements AutoCloseable {

  private static final String EXPRESSION =
      """
      let
        mk = name: script: derivation {
          inherit name;
          system = builtins.currentSystem;
          builder = "/bin/sh";
          args = [ "-c" script ];
          PATH = "/bin:/usr/bin";
        };
        lib = version: kib: mk "libfoo-${version}" "mkdir $out; head -c $((${kib}*1024)) /dev/zero > $out/foo";
        data = mk "data-2024" "mkdir $out; echo data > $out/d";
        app = version: lib: mk "app-${version}" "mkdir $out; echo ${lib} > $out/lib; echo ${data} > $out/data";
      in { one = app "1" (lib "1.0" "100"); two = app "2" (lib "1.1" "150"); }
      """;

  private final SystemProcessRunner runner = SystemProcessRunner.create();
  private final NixSandbox sandbox;
  private final Stores stores;
  private final Map<String, StorePath> paths = new HashMap<>();

  private TestStores(NixSandbox sandbox, Clock clock) {
    this.sandbox = sandbox;
    this.stores = Stores.create(runner, NixFacts.using(runner), ownRoots(sandbox), clock);
    sandbox.write("store.nix", EXPRESSION);
    var built =
        sandbox.run(
            sandbox.work(),
            sandbox.nix().toString(),
            "build",
            "--no-link",
            "--impure",
            "--json",
            "-f",
            "store.nix",
            "one",
            "two");
    try {
      for (JsonNode one : new ObjectMapper().readTree(built)) {
        var path = StorePath.of(one.path("outputs").path("out").asText()).orElseThrow();
        paths.put(path.name(), path);
        stores
            .closures()
            .of(context(), path)
            .paths()
            .keySet()
            .forEach(each -> paths.put(each.name(), each));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TestStores create(Path nix) {
    return create(nix, Clock.systemUTC());
  }

  static TestStores create(Path nix, Clock clock) {
    return new TestStores(NixSandbox.create(nix), clock);
  }

  private static Path ownRoots(NixSandbox sandbox) {
    return sandbox.work().resolveSibling("gcroots");
  }

  Path ownRoots() {
    return ownRoots(sandbox);
  }

  NixSandbox sandbox() {
    return sandbox;
  }

  Stores stores() {
    return stores;
  }

  CallContext context() {
    return sandbox.context(sandbox.work());
  }

  /** By its name without the hash. */
  StorePath path(String name) {
    @Nullable StorePath path = paths.get(name);
    if (path == null) {
      throw new IllegalArgumentException(name + " is not among " + paths.keySet());
    }
    return path;
  }

  /** Runs the sandbox's own Nix. */
  String nix(String... arguments) {
    var command = new java.util.ArrayList<>(java.util.List.of(sandbox.nix().toString()));
    command.addAll(java.util.List.of(arguments));
    return sandbox.run(sandbox.work(), command.toArray(String[]::new));
  }

  String program(String name, String... arguments) {
    var command =
        new java.util.ArrayList<>(java.util.List.of(sandbox.nix().resolveSibling(name).toString()));
    command.addAll(java.util.List.of(arguments));
    return sandbox.run(sandbox.work(), command.toArray(String[]::new));
  }

  @Override
  public void close() {
    runner.close();
    sandbox.close();
  }
}
