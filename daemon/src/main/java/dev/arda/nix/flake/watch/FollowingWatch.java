package dev.arda.nix.flake.watch;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * A flake and the local inputs its lock follows. The lock is part of the flake's source, so it is
 * read again whenever the flake's own token changed, after that token was taken.
 */
final class FollowingWatch implements SourceWatch {
  private static final int MAX_ROUNDS = 10;

  private final Watches watches;
  private final SourceSpec source;
  private final Path flakeDirectory;
  private final SourceWatch root;

  // Guarded by this.
  private Optional<Token> lockReadAt = Optional.empty();
  private SourceWatch inputs;
  private Set<SourceSpec> inputSpecs = Set.of();
  private boolean closed;

  FollowingWatch(Watches watches, SourceSpec source, Path flakeDirectory) {
    this.watches = watches;
    this.source = source;
    this.flakeDirectory = flakeDirectory;
    this.root = watches.of(source);
    this.inputs = watches.of(new SourceSpec.All(Set.of()));
  }

  @Override
  public Token barrier() throws InterruptedException {
    for (int round = 0; round < MAX_ROUNDS; round++) {
      Token own = root.barrier();
      SourceWatch followed = followed(own);
      try {
        return join(own, followed.barrier());
      } catch (IllegalStateException e) {
        // Another caller saw a newer lock and closed these inputs.
        if (isClosed()) {
          throw e;
        }
      }
    }
    // The lock changes faster than it can be read: equal to no other token.
    return join(root.barrier(), new Token(List.of(new Token.Stamp(0, watches.now()))));
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  private synchronized SourceWatch followed(Token own) {
    if (closed) {
      throw new IllegalStateException("the watch is closed");
    }
    if (!lockReadAt.equals(Optional.of(own))) {
      Set<SourceSpec> wanted = read();
      if (!wanted.equals(inputSpecs)) {
        SourceWatch old = inputs;
        inputs = watches.of(new SourceSpec.All(wanted));
        inputSpecs = wanted;
        old.close();
      }
      lockReadAt = Optional.of(own);
    }
    return inputs;
  }

  private Set<SourceSpec> read() {
    // Not through a channel: an interrupt must not pass for a flake without inputs.
    try (InputStream in = new FileInputStream(flakeDirectory.resolve("flake.lock").toFile())) {
      String lock = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return LockInputs.of(lock, flakeDirectory, source);
    } catch (IOException _) {
      return Set.of(); // No lock, or none that Nix could read either.
    }
  }

  private static Token join(Token first, Token second) {
    return new Token(Stream.concat(first.stamps().stream(), second.stamps().stream()).toList());
  }

  @Override
  public synchronized Token current() {
    return join(root.current(), inputs.current());
  }

  @Override
  public synchronized List<WatchStatus> status() {
    return Stream.concat(root.status().stream(), inputs.status().stream()).toList();
  }

  @Override
  public CompletableFuture<Void> ready() {
    return root.ready();
  }

  @Override
  public synchronized void close() {
    closed = true;
    root.close();
    inputs.close();
  }
}
