package dev.arda.nix.store.build;

import dev.arda.nix.core.Nix;
import dev.arda.nix.core.ProgressListener;
import dev.arda.nix.flake.FlakeMetadata;
import dev.arda.nix.flake.Flakes;
import dev.arda.nix.types.CallContext;
import dev.arda.nix.types.NixException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Says which builds are the same: same state of the flakes, same things of them, same Nix and
 * settings, same links. Thread-safe.
 */
final class Identities {

  private final Flakes flakes;
  private final Function<CallContext, Nix> nix;
  private final Duration patience;

  /**
   * Compares builds.
   *
   * @param patience how long to wait for the state of a flake; a build whose flake is slow to fetch
   *     begins without being compared
   */
  Identities(Flakes flakes, Function<CallContext, Nix> nix, Duration patience) {
    this.flakes = flakes;
    this.nix = nix;
    this.patience = patience;
  }

  /**
   * The identity of a build.
   *
   * @param planOnly whether it only plans
   */
  Builds.Identity of(BuildRequest request, boolean planOnly) {
    var texts = new ArrayList<String>();
    var states = new LinkedHashMap<String, FlakeMetadata>();
    try {
      for (var target : request.targets()) {
        // Of two systems one is in the settings, which count too.
        switch (Wanted.of(target, request.context(), () -> "system")) {
          case Wanted.InStore inStore -> texts.add(inStore.toString());
          case Wanted.InFlake inFlake -> {
            var reference = inFlake.flake().isEmpty() ? request.flake() : inFlake.flake();
            var state = states.get(reference);
            if (state == null) {
              state = metadata(request.context(), reference);
              states.put(reference, state);
            }
            texts.add(
                List.of(
                        state.state().flakeRef(),
                        state.json(),
                        inFlake.candidates(),
                        inFlake.outputs())
                    .toString());
          }
        }
      }
      var flakeRef = states.isEmpty() ? "" : states.values().iterator().next().state().flakeRef();
      return new Builds.Identity(
          flakeRef, request.context().options().impure() ? "" : key(request, planOnly, texts));
    } catch (NixException | TimeoutException e) {
      // The build itself finds out, and says so better.
      return new Builds.Identity(request.flake(), "");
    }
  }

  private String key(BuildRequest request, boolean planOnly, List<String> texts) {
    var caller = nix.apply(request.context());
    texts.add(
        Map.of(
                "program", caller.programIdentity().toString(),
                "surroundings", caller.surroundings(),
                "options", request.context().options().toString())
            .entrySet()
            .stream()
            .sorted(Map.Entry.comparingByKey())
            .toList()
            .toString());
    texts.add(
        List.of(
                planOnly,
                request.keepGoing(),
                request.outLink(),
                request.gcrootDirectory(),
                request.diffAgainst())
            .toString());
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(String.join("\0", texts).getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private FlakeMetadata metadata(CallContext context, String reference) throws TimeoutException {
    var answer = new CompletableFuture<FlakeMetadata>();
    var worker =
        Thread.ofVirtual()
            .name("arda-build-identity")
            .start(() -> {
              try {
                answer.complete(flakes.metadata(context, reference, ProgressListener.NONE));
              } catch (RuntimeException e) {
                answer.completeExceptionally(e);
              }
            });
    try {
      return answer.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof NixException failure) {
        throw failure;
      }
      throw new IllegalStateException(e);
    } catch (TimeoutException e) {
      worker.interrupt();
      throw e;
    } catch (InterruptedException e) {
      worker.interrupt();
      Thread.currentThread().interrupt();
      throw new dev.arda.nix.types.CommandException(
          dev.arda.nix.types.Reason.CANCELLED, "The build was given up before it began.");
    }
  }
}
