package dev.arda.nix.core;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.arda.nix.types.CommandException;
import dev.arda.nix.types.NixException;
import dev.arda.nix.types.Reason;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What was found out about the Nix programs of this machine. Each question is asked once per
 * program, and again when the program's file changes; callers that ask at the same time wait for
 * the same answer; failures are not remembered. Thread-safe; one instance serves all callers.
 *
 * <p>The methods block. An interrupted caller stops waiting ({@code CANCELLED}), while the question
 * itself, which is short and which others may be waiting for, goes on.
 */
public final class NixFacts {

  private static final int PROGRAMS = 32;
  private static final int CONFIGS = 256;

  private final ProcessRunner runner;
  private final AsyncCache<NixPrograms.Identity, NixVersion> versions;
  private final AsyncCache<NixPrograms.Identity, NixCapabilities> capabilities;
  private final AsyncCache<ConfigKey, NixConfig> configs;

  /**
   * Nothing is known yet.
   *
   * @param runner runs the programs
   * @param executor runs the questions; they block
   */
  public NixFacts(ProcessRunner runner, Executor executor) {
    this.runner = runner;
    this.versions = Caffeine.newBuilder().maximumSize(PROGRAMS).executor(executor).buildAsync();
    this.capabilities = Caffeine.newBuilder().maximumSize(PROGRAMS).executor(executor).buildAsync();
    this.configs = Caffeine.newBuilder().maximumSize(CONFIGS).executor(executor).buildAsync();
  }

  /** Nothing is known yet; questions run on virtual threads. */
  public static NixFacts using(ProcessRunner runner) {
    return new NixFacts(runner, task -> Thread.ofVirtual().name("nix-facts").start(task));
  }

  /**
   * What the program calls itself; costs one process the first time.
   *
   * @throws CommandException {@code NIX_UNUSABLE} if it does not work
   */
  public NixVersion version(NixPrograms programs) {
    return get(versions, programs.identity(), () -> new NixProbe(runner, programs).version());
  }

  /**
   * What the program can do; costs two processes the first time.
   *
   * @throws CommandException {@code NIX_UNUSABLE} if it does not work, or is too old
   */
  public NixCapabilities capabilities(NixPrograms programs) {
    return get(
        capabilities,
        programs.identity(),
        () -> new NixProbe(runner, programs).capabilities(version(programs)));
  }

  NixConfig config(ConfigKey key, Supplier<NixConfig> ask) {
    return get(configs, key, ask);
  }

  private static <K, V> V get(AsyncCache<K, V> cache, K key, Supplier<V> ask) {
    try {
      return cache.get(key, _ -> ask.get()).get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandException(Reason.CANCELLED, "The question to Nix was cancelled.");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NixException failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    }
  }

  /**
   * Everything the settings of a Nix depend on.
   *
   * @param program which Nix
   * @param arguments the command line that asks for them
   * @param surroundings fingerprint of files and variables
   */
  record ConfigKey(NixPrograms.Identity program, List<String> arguments, String surroundings) {}
}
